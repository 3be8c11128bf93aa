/* routes.c: the table of contents of the site.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../web/status.h"
#include "candidate_filter.h"
#include "login.h"

/* For the database, in milliseconds: to count over 200,000 candidates, and to remove them. */
#define LONG    15000
#define REMOVAL 240000

#define API (TR_R_API | TR_R_RAW_FIELDS | TR_R_JSON_BODY)

const tr_route_t tr_routes[] = {
    { TR_GET, "/", TR_MEMBER, .page = &home_page, .nav = "home" },

    { TR_GET, "/login", TR_VISITOR, .page = &tr_login_page, .fields = tr_login_query },
    { TR_POST, "/login", TR_PUBLIC, .handler = tr_login_submit, .page = &tr_login_page,
      .fields = tr_login_fields },
    { TR_POST, "/logout", TR_VISITOR, .handler = tr_login_logout },
    { TR_GET, "/kept", TR_MEMBER, .page = &tr_kept_page },
    { TR_POST, "/kept", TR_MEMBER, .handler = tr_kept_drop },

    { TR_GET, "/observations", TR_MEMBER, .page = &observations_page,
      .fields = observations_fields, .nav = "observations", .flags = TR_R_LIST },
    { TR_GET, "/observations/{id:int}", TR_MEMBER, .page = &observation_page,
      .nav = "observations" },

    { TR_GET, "/candidates", TR_MEMBER, .page = &candidates_page,
      .fields = candidate_filter_fields, .nav = "candidates", .flags = TR_R_LIST },
    { TR_GET, "/candidates/{id:int}", TR_MEMBER, .page = &candidate_page,
      .fields = candidate_fields, .nav = "rate" },
    { TR_POST, "/candidates/{id:int}/rating", TR_MEMBER, .handler = candidate_rate,
      .page = &candidate_page, .fields = rating_fields, .nav = "rate" },
    { TR_POST, "/candidates/{id:int}/skip", TR_MEMBER, .handler = candidate_skip,
      .fields = skip_fields },
    { TR_GET, "/candidates/{id:int}/neighbours-rating", TR_MEMBER,
      .page = &bulk_neighbours_page, .fields = bulk_query, .nav = "rate" },
    { TR_POST, "/candidates/{id:int}/neighbours-rating", TR_MEMBER, .handler = bulk_store,
      .page = &bulk_neighbours_page, .fields = bulk_fields, .nav = "rate",
      .deadline_ms = 10000 },
    { TR_GET, "/candidates/{id:int}/observation-rating", TR_MEMBER,
      .page = &bulk_observation_page, .fields = bulk_query, .nav = "rate" },
    { TR_POST, "/candidates/{id:int}/observation-rating", TR_MEMBER, .handler = bulk_store,
      .page = &bulk_observation_page, .fields = bulk_fields, .nav = "rate",
      .deadline_ms = 10000 },
    { TR_GET, "/candidates/{id:int}/near", TR_MEMBER, .page = &near_page, .fields = near_fields,
      .nav = "candidates" },
    { TR_GET, "/candidates/{id:int}/pulsars", TR_MEMBER, .page = &near_pulsars_page,
      .fields = near_fields, .nav = "candidates" },
    { TR_GET, "/candidates/{id:int}/simbad", TR_MEMBER, .page = &simbad_page,
      .fields = simbad_fields, .nav = "candidates", .flags = TR_R_RAW_FIELDS },
    { TR_POST, "/candidates/{id:int}/simbad", TR_MEMBER, .handler = simbad_again,
      .fields = simbad_fields },
    { TR_POST, "/candidates/{id:int}/association", TR_MEMBER, .handler = association_save,
      .page = &near_pulsars_page, .fields = association_fields, .nav = "candidates" },
    { TR_GET, "/candidates/{id:int}/notes", TR_MEMBER, .page = &notes_page,
      .nav = "candidates" },
    { TR_POST, "/candidates/{id:int}/notes", TR_MEMBER, .handler = notes_save,
      .page = &notes_page, .fields = notes_fields, .nav = "candidates" },
    { TR_GET, "/candidates/{id:int}/metadata", TR_MEMBER, .page = &metadata_page,
      .nav = "candidates" },
    { TR_GET, "/next", TR_MEMBER, .page = &next_page, .fields = candidate_fields,
      .nav = "rate" },

    { TR_GET, "/pulsars", TR_MEMBER, .page = &pulsars_page, .fields = pulsars_fields,
      .nav = "pulsars", .flags = TR_R_LIST },
    { TR_GET, "/pulsars/{id:int}", TR_MEMBER, .page = &pulsar_page, .nav = "pulsars" },

    { TR_GET, "/settings", TR_MEMBER, .page = &settings_page },
    { TR_POST, "/settings", TR_MEMBER, .handler = settings_save, .page = &settings_page,
      .fields = settings_fields },

    { TR_GET, "/account", TR_MEMBER, .page = &account_page, .fields = account_query },
    { TR_GET, "/account/password", TR_MEMBER, .page = &password_page },
    { TR_POST, "/account/password", TR_MEMBER, .handler = password_save,
      .page = &password_page, .fields = password_fields },
    { TR_GET, "/account/tokens", TR_MEMBER, .page = &tokens_page },
    { TR_POST, "/account/tokens", TR_MEMBER, .handler = token_make, .page = &tokens_page,
      .fields = tokens_fields },
    { TR_POST, "/account/tokens/{id:int}/revoke", TR_MEMBER, .handler = token_revoke,
      .fields = token_revoke_fields },

    { TR_GET, "/account/sessions", TR_MEMBER, .page = &sessions_page },
    { TR_POST, "/account/sessions/end", TR_MEMBER, .handler = session_end_own,
      .fields = session_end_fields },

    { TR_GET, "/admin/runs", TR_STAFF, .page = &runs_page, .fields = runs_fields,
      .nav = "admin", .flags = TR_R_LIST, .deadline_ms = LONG },
    { TR_GET, "/admin/runs/{id:int}", TR_STAFF, .page = &run_page, .nav = "admin",
      .deadline_ms = LONG },
    { TR_GET, "/admin/runs/{id:int}/remove", TR_STAFF, .page = &run_removal_page,
      .nav = "admin", .deadline_ms = LONG },
    { TR_POST, "/admin/runs/{id:int}/remove", TR_STAFF, .handler = run_removal,
      .page = &run_removal_page, .fields = removal_fields, .nav = "admin",
      .deadline_ms = REMOVAL },
    { TR_GET, "/admin/observations/{id:int}/remove", TR_STAFF,
      .page = &observation_removal_page, .nav = "admin", .deadline_ms = LONG },
    { TR_POST, "/admin/observations/{id:int}/remove", TR_STAFF,
      .handler = observation_removal, .page = &observation_removal_page,
      .fields = removal_fields, .nav = "admin", .deadline_ms = REMOVAL },
    { TR_GET, "/admin/projects/{id:int}/remove", TR_STAFF, .page = &project_removal_page,
      .nav = "admin", .deadline_ms = LONG },
    { TR_POST, "/admin/projects/{id:int}/remove", TR_STAFF, .handler = project_removal,
      .page = &project_removal_page, .fields = removal_fields, .nav = "admin",
      .deadline_ms = REMOVAL },
    { TR_GET, "/admin/candidates/remove", TR_STAFF, .page = &list_removal_page,
      .fields = candidate_filter_fields, .nav = "admin", .deadline_ms = LONG },
    { TR_POST, "/admin/candidates/remove", TR_STAFF, .handler = list_removal,
      .page = &list_removal_page, .fields = candidate_filter_fields, .nav = "admin",
      .deadline_ms = REMOVAL },
    { TR_GET, "/admin/removals/{id:int}", TR_STAFF, .page = &removal_page, .nav = "admin" },

    { TR_GET, "/media/{id:int}/{file:word}", TR_MEMBER, .handler = media_send },

    { TR_POST, "/observation_create/", TR_UPLOADER, .handler = upload_observation,
      .flags = API | TR_R_MULTIPART },
    { TR_POST, "/candidate_create/", TR_UPLOADER, .handler = upload_candidate,
      .flags = API | TR_R_MULTIPART, .deadline_ms = 10000 },
    { TR_POST, "/searches", TR_UPLOADER, .handler = upload_search, .flags = API },

    { TR_GET, "/healthz", TR_PUBLIC, .handler = tr_health_answer },
    { TR_GET, "/readyz", TR_PUBLIC, .handler = tr_ready_answer },

    { .path = NULL },
};
