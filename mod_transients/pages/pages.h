/* pages.h: what pages/routes.c takes from each family of pages.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PAGES_H
#define PAGES_H

#include "../web/tr_web.h"

/* home.c */
extern const tr_page_t home_page;

/* observations.c */
extern const tr_page_t observations_page;
extern const tr_field_t observations_fields[];
extern const tr_page_t observation_page;

/* candidates.c */
extern const tr_page_t candidates_page;

/* rate.c */
extern const tr_page_t candidate_page;
extern const tr_page_t next_page;
extern const tr_field_t candidate_fields[];
extern const tr_field_t rating_fields[];
extern const tr_field_t skip_fields[];
apr_status_t candidate_rate(tr_request_t *req);
apr_status_t candidate_skip(tr_request_t *req);

/* bulk.c */
extern const tr_page_t bulk_neighbours_page;
extern const tr_page_t bulk_observation_page;
extern const tr_field_t bulk_query[];
extern const tr_field_t bulk_fields[];
apr_status_t bulk_store(tr_request_t *req);

/* near.c */
extern const tr_page_t near_page;
extern const tr_page_t near_pulsars_page;
extern const tr_field_t near_fields[];
extern const tr_field_t association_fields[];
apr_status_t association_save(tr_request_t *req);

/* simbad.c */
extern const tr_page_t simbad_page;
extern const tr_field_t simbad_fields[];
apr_status_t simbad_again(tr_request_t *req);

/* pulsars.c */
extern const tr_page_t pulsars_page;
extern const tr_page_t pulsar_page;
extern const tr_field_t pulsars_fields[];

/* notes.c */
extern const tr_page_t notes_page;
extern const tr_field_t notes_fields[];
apr_status_t notes_save(tr_request_t *req);

/* metadata.c */
extern const tr_page_t metadata_page;

/* settings.c */
extern const tr_page_t settings_page;
extern const tr_field_t settings_fields[];
apr_status_t settings_save(tr_request_t *req);

/* account.c */
extern const tr_page_t account_page;
extern const tr_field_t account_query[];
extern const tr_page_t password_page;
extern const tr_field_t password_fields[];
apr_status_t password_save(tr_request_t *req);

/* tokens.c */
extern const tr_page_t tokens_page;
extern const tr_field_t tokens_fields[];
extern const tr_field_t token_revoke_fields[];
apr_status_t token_make(tr_request_t *req);
apr_status_t token_revoke(tr_request_t *req);

/* sessions.c */
extern const tr_page_t sessions_page;
extern const tr_field_t session_end_fields[];
apr_status_t session_end_own(tr_request_t *req);

/* media.c */
apr_status_t media_send(tr_request_t *req);

/* admin_runs.c */
extern const tr_page_t runs_page;
extern const tr_page_t run_page;
extern const tr_field_t runs_fields[];

/* admin_remove.c */
extern const tr_page_t project_removal_page;
extern const tr_page_t observation_removal_page;
extern const tr_page_t run_removal_page;
extern const tr_page_t list_removal_page;
extern const tr_page_t removal_page;
extern const tr_field_t removal_fields[];
apr_status_t project_removal(tr_request_t *req);
apr_status_t observation_removal(tr_request_t *req);
apr_status_t run_removal(tr_request_t *req);
apr_status_t list_removal(tr_request_t *req);

/* upload_observation.c, upload_candidate.c, upload_search.c */
apr_status_t upload_observation(tr_request_t *req);
apr_status_t upload_candidate(tr_request_t *req);
apr_status_t upload_search(tr_request_t *req);

#endif
