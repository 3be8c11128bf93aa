-- grants.sql: what the site's role may do. It owns nothing, changes no structure, and can
-- neither change nor delete what is history. Run after each migration by the owner.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"site";
GRANT USAGE ON SCHEMA public TO :"site";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"site";
GRANT INSERT ON account, project, project_member, filter, classification, token, session,
                login_throttle, observation, upload_run, search_record, candidate, rating_event,
                rating, association, account_setting, skip, audit_log TO :"site";
GRANT UPDATE ON account, project, filter, classification, token, session, login_throttle,
                observation, search_record, upload_run, candidate, rating, association,
                account_setting, skip TO :"site";
-- FOR UPDATE on the summary needs the right to update one column; triggers do the rest.
GRANT UPDATE (last_rated_at) ON candidate_summary TO :"site";
GRANT DELETE ON project_member, session, login_throttle, rating, association, skip TO :"site";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"site";
