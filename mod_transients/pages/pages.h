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
extern const tr_field_t next_fields[];
apr_status_t candidate_rate(tr_request_t *req);
apr_status_t candidate_skip(tr_request_t *req);
apr_status_t candidate_lease(tr_request_t *req);

/* undo.c */
extern const tr_field_t undo_fields[];
extern const tr_field_t back_fields[];
apr_status_t rating_undo(tr_request_t *req);
apr_status_t look_back(tr_request_t *req);

/* bulk.c */
extern const tr_page_t bulk_neighbours_page;
extern const tr_page_t bulk_observation_page;
extern const tr_field_t bulk_query[];
extern const tr_field_t bulk_fields[];
apr_status_t bulk_store(tr_request_t *req);
extern const tr_page_t bulk_sheet_page;
apr_status_t bulk_store_sheet(tr_request_t *req);

/* sheet.c */
extern const tr_page_t sheet_page;

/* downloads.c */
enum {
    DOWNLOAD_CANDIDATES,
    DOWNLOAD_OBSERVATIONS,
    DOWNLOAD_RATINGS,
    DOWNLOAD_PROJECTS,
    DOWNLOAD_FILTERS,
    DOWNLOAD_CLASSIFICATIONS,
    DOWNLOAD_PULSARS,
    DOWNLOAD_ASSOCIATIONS,
    DOWNLOAD_UPLOADS,
    DOWNLOAD_SEARCHES,
    DOWNLOAD_USERS,
    DOWNLOAD_COUNT
};
extern const tr_page_t downloads_page;
extern const tr_page_t download_pages[DOWNLOAD_COUNT];
extern const tr_field_t download_project_fields[];
extern const tr_field_t download_rating_fields[];

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

/* my_ratings.c */
extern const tr_page_t my_ratings_page;
extern const tr_field_t my_ratings_fields[];

/* notes.c */
extern const tr_page_t notes_page;
extern const tr_field_t notes_fields[];
apr_status_t notes_save(tr_request_t *req);

/* comments.c */
extern const tr_page_t comments_page;
extern const tr_page_t comment_page;
extern const tr_field_t comment_fields[];
extern const tr_field_t comment_edit_fields[];
apr_status_t comment_make(tr_request_t *req);
apr_status_t comment_save(tr_request_t *req);
apr_status_t comment_remove(tr_request_t *req);

/* tags.c */
extern const tr_field_t star_fields[];
extern const tr_field_t tag_fields[];
apr_status_t star_save(tr_request_t *req);
apr_status_t tag_save(tr_request_t *req);

/* activity.c */
extern const tr_page_t activity_page;

/* metadata.c */
extern const tr_page_t metadata_page;

/* help.c */
extern const tr_page_t help_page;
extern const tr_page_t help_index_page;
apr_status_t help_picture(tr_request_t *req);

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

/* invite.c */
extern const tr_page_t invite_page;
extern const tr_field_t invite_fields[];
apr_status_t invite_use(tr_request_t *req);

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
/* admin.c, admin_users.c, admin_projects.c, admin_lists.c, admin_observations.c,
 * admin_candidates.c, admin_ratings.c, admin_log.c: for staff */
extern const tr_page_t admin_page;
extern const tr_page_t admin_users_page;
extern const tr_page_t admin_user_page;
extern const tr_page_t admin_user_new_page;
extern const tr_field_t admin_users_fields[];
extern const tr_field_t admin_user_fields[];
extern const tr_field_t admin_user_new_fields[];
extern const tr_field_t admin_password_fields[];
apr_status_t admin_user_make(tr_request_t *req);
apr_status_t admin_user_save(tr_request_t *req);
apr_status_t admin_password_save(tr_request_t *req);
extern const tr_field_t admin_invite_fields[];
apr_status_t admin_invite_make(tr_request_t *req);
apr_status_t admin_sessions_end(tr_request_t *req);
extern const tr_field_t admin_token_fields[];
apr_status_t admin_token_make(tr_request_t *req);
apr_status_t admin_token_end(tr_request_t *req);
extern const tr_page_t admin_projects_page;
extern const tr_page_t admin_project_page;
extern const tr_page_t admin_project_new_page;
extern const tr_field_t admin_find_fields[];
extern const tr_field_t admin_project_fields[];
extern const tr_field_t admin_member_fields[];
extern const tr_field_t admin_quick_fields[];
apr_status_t admin_project_save(tr_request_t *req);
apr_status_t admin_member_add(tr_request_t *req);
apr_status_t admin_member_remove(tr_request_t *req);
apr_status_t admin_quick_set(tr_request_t *req);
apr_status_t admin_quick_drop(tr_request_t *req);
extern const tr_page_t admin_classifications_page;
extern const tr_page_t admin_classification_page;
extern const tr_page_t admin_classification_new_page;
extern const tr_field_t admin_classification_fields[];
apr_status_t admin_classification_save(tr_request_t *req);
extern const tr_page_t admin_filters_page;
extern const tr_page_t admin_filter_page;
extern const tr_page_t admin_filter_new_page;
extern const tr_field_t admin_filter_fields[];
apr_status_t admin_filter_save(tr_request_t *req);
extern const tr_field_t admin_merge_fields[];
apr_status_t admin_classification_merge(tr_request_t *req);
apr_status_t admin_filter_merge(tr_request_t *req);
extern const tr_page_t admin_observations_page;
extern const tr_page_t admin_observation_page;
extern const tr_page_t admin_observation_new_page;
apr_status_t admin_observation_save(tr_request_t *req);
apr_status_t admin_observation_make(tr_request_t *req);
extern const tr_page_t admin_candidates_page;
extern const tr_page_t admin_candidate_page;
extern const tr_page_t admin_metadatas_page;
extern const tr_page_t admin_metadata_page;
extern const tr_field_t admin_candidates_fields[];
extern const tr_field_t admin_metadatas_fields[];
extern const tr_field_t admin_move_fields[];
extern const tr_field_t admin_metadata_fields[];
apr_status_t admin_candidate_move(tr_request_t *req);
apr_status_t admin_metadata_save(tr_request_t *req);
extern const tr_page_t admin_ratings_page;
extern const tr_page_t admin_associations_page;
extern const tr_field_t admin_ratings_fields[];
extern const tr_field_t admin_take_back_fields[];
extern const tr_field_t admin_associations_fields[];
apr_status_t admin_rating_take_back(tr_request_t *req);
apr_status_t admin_association_drop(tr_request_t *req);
extern const tr_page_t admin_log_page;
extern const tr_page_t admin_log_line_page;
extern const tr_field_t admin_log_fields[];

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
