-- 0007-staff.sql: indexes of the lists that staff work with.
-- needs code: 1

CREATE INDEX rating_by_at ON rating (at, event_id);
CREATE INDEX rating_by_rating ON rating (rating, event_id);
CREATE INDEX rating_by_classification ON rating (classification_id, at, event_id);

CREATE INDEX candidate_with_metadata ON candidate (id) WHERE metadata IS NOT NULL;
CREATE INDEX association_by_at ON association (at, candidate_id);

CREATE INDEX audit_log_by_at ON audit_log (at, id);
CREATE INDEX audit_log_account_at ON audit_log (account_id, at, id);
CREATE INDEX audit_log_subject_at ON audit_log (subject, at, id);
CREATE INDEX audit_log_action_at ON audit_log (action, at, id);
