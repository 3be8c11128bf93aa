-- staff.sql: accounts, projects, classifications and filters, as staff look after them.
--
-- Nothing secret is selected anywhere here: no hash of a password, token or session. Changes go
-- through functions that ask whether the reader is staff (schema/functions/staff.sql).

-- name: staff_overview
-- columns: users bigint, staff bigint, disabled bigint, projects bigint, classifications bigint
-- columns: filters bigint, observations bigint, candidates bigint, rated bigint
-- columns: pulsars bigint, matched bigint, refused bigint, ending bigint
-- What there is to look after; candidates are those of the reader's projects, which are all of
-- them for staff.
SELECT (SELECT count(*) FROM account) AS users,
       (SELECT count(*) FROM account a WHERE a.role = 'staff' AND a.active) AS staff,
       (SELECT count(*) FROM account a WHERE NOT a.active) AS disabled,
       (SELECT count(*) FROM project) AS projects,
       (SELECT count(*) FROM classification k WHERE NOT k.hidden) AS classifications,
       (SELECT count(*) FROM filter) AS filters,
       (SELECT count(*) FROM observation) AS observations,
       n.candidates,
       n.rated,
       (SELECT count(*) FROM pulsar) AS pulsars,
       (SELECT count(*)
          FROM (SELECT FROM association m
                 WHERE cardinality(:_projects::bigint[]) > 0
                 LIMIT 10000) AS counted) AS matched,
       (SELECT count(*)
          FROM (SELECT FROM audit_log l
                 WHERE l.action = 'refused' AND l.at > now() - interval '1 day'
                 LIMIT 10000) AS counted) AS refused,
       (SELECT count(*) FROM token t
         WHERE t.revoked_at IS NULL AND t.expires_at BETWEEN now() AND now() + interval '14 days')
           AS ending
  FROM (SELECT coalesce(sum(m.uploaded), 0)::bigint AS candidates,
               coalesce(sum(m.rated), 0)::bigint AS rated
          FROM observation_summary m
         WHERE m.project_id = ANY (:_projects::bigint[])) n

-- ---------------------------------------------------------------- users

-- name: staff_account_list
-- variants: sort = staff_account.sort, dir
-- columns: id bigint, sort_key text, name text, role text, active boolean, has_password boolean
-- columns: last_login_at timestamptz?, created_at timestamptz, tokens bigint
-- plan: custom
-- Accounts, in one order: part of the name, one role, enabled or not.
SELECT a.id, (%sort)::text AS sort_key, a.name, a.role, a.active,
       a.password_hash IS NOT NULL AS has_password, a.last_login_at, a.created_at,
       (SELECT count(*) FROM token t
         WHERE t.account_id = a.id AND t.revoked_at IS NULL
           AND coalesce(t.expires_at > now(), true)) AS tokens
  FROM account a
 WHERE (:after_id::bigint IS NULL
        OR (%sort, a.id) %after (:after_value::%sorttype, :after_id::bigint))
   AND (:find::text IS NULL OR strpos(lower(a.name), lower(:find::text)) > 0)
   AND (:role::text IS NULL OR a.role = :role::text)
   AND (:state::text IS NULL OR a.active = (:state::text = 'active'))
 ORDER BY %sort %dir, a.id %dir
 LIMIT :limit::bigint

-- name: staff_account_by_id
-- columns: id bigint, name text, role text, active boolean, has_password boolean
-- columns: created_at timestamptz, last_login_at timestamptz?, password_changed_at timestamptz?
-- columns: verdicts bigint, sessions bigint, is_me boolean, is_service boolean
SELECT a.id, a.name, a.role, a.active, a.password_hash IS NOT NULL AS has_password,
       a.created_at, a.last_login_at, a.password_changed_at,
       (SELECT count(*)
          FROM (SELECT FROM rating r
                 WHERE r.account_id = a.id AND cardinality(:_projects::bigint[]) > 0
                 LIMIT 10000) AS counted) AS verdicts,
       (SELECT count(*) FROM session s
         WHERE s.account_id = a.id AND s.expires_at > now()) AS sessions,
       a.id = :_user::bigint AS is_me, a.role = 'service' AS is_service
  FROM account a
 WHERE a.id = :id::bigint

-- name: staff_account_named
-- columns: id bigint
-- plan: generic
-- Whose number stands for a name in the filter of a list.
SELECT a.id
  FROM account a
 WHERE lower(a.name) = lower(:user::text)

-- name: staff_account_tokens
-- columns: id bigint, name text, hint text, scopes text, created_at timestamptz
-- columns: expires_at timestamptz?, last_used_at timestamptz?, expired boolean
-- Those that are not revoked. A token itself is nowhere kept, and its hash stays where it is.
SELECT t.id, t.name, t.hint, array_to_string(t.scopes, ', ') AS scopes, t.created_at,
       t.expires_at, t.last_used_at, coalesce(t.expires_at <= now(), false) AS expired
  FROM token t
 WHERE t.account_id = :id::bigint
   AND t.revoked_at IS NULL
 ORDER BY t.id DESC
 LIMIT 200

-- name: staff_account_projects
-- columns: id bigint, name text, access text
-- The projects that list the account as a member.
SELECT p.id, p.name, p.access
  FROM project_member m
  JOIN project p ON p.id = m.project_id
 WHERE m.account_id = :id::bigint
 ORDER BY p.name, p.id
 LIMIT 500

-- name: staff_account_make
-- columns: id bigint
-- write
SELECT account_make(:_user::bigint, :name::text, :role::text, :password_hash::text) AS id

-- name: staff_account_set_role
-- columns: id bigint
-- write
SELECT s.id
  FROM account_set_role(:_user::bigint, :id::bigint, :role::text, :active::boolean) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_account_set_password
-- columns: id bigint
-- write
-- A hash that is NULL: no login by password. Sessions end by the trigger.
SELECT s.id
  FROM account_set_password(:_user::bigint, :id::bigint, :password_hash::text) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_invite_make
-- columns: expires_at timestamptz
-- write
-- A link by which the account's password is set; :hash is its secret's sha256.
SELECT s.expires_at
  FROM invite_make(:_user::bigint, :id::bigint, :hash::text, :hours::integer) AS s(expires_at)
 WHERE s.expires_at IS NOT NULL

-- name: staff_sessions_end
-- columns: id bigint
-- write
SELECT s.id
  FROM account_end_sessions(:_user::bigint, :id::bigint) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_token_make
-- columns: id bigint
-- write
-- A token for uploads of a service account; :hash is its sha256, :hint its first characters.
SELECT t.id
  FROM account_token_make(:_user::bigint, :id::bigint, :name::text, :hash::text, :hint::text,
                          :days::integer) AS t(id)
 WHERE t.id IS NOT NULL

-- name: staff_token_end
-- columns: id bigint
-- write
SELECT s.id
  FROM account_token_end(:_user::bigint, :id::bigint, :token::bigint) AS s(id)
 WHERE s.id IS NOT NULL

-- ---------------------------------------------------------------- projects

-- name: staff_project_list
-- variants: sort = staff_project.sort, dir
-- columns: id bigint, sort_key text, name text, description text, access text, uploaded bigint
-- columns: rated bigint, members bigint, created_at timestamptz
-- plan: custom
-- Projects, in one order, with what stands in them; part of the name or the description.
SELECT p.id, (%sort)::text AS sort_key, p.name, p.description, p.access,
       coalesce(n.uploaded, 0) AS uploaded, coalesce(n.rated, 0) AS rated,
       (SELECT count(*) FROM project_member m WHERE m.project_id = p.id) AS members,
       p.created_at
  FROM project p
  LEFT JOIN (SELECT m.project_id, sum(m.uploaded)::bigint AS uploaded,
                    sum(m.rated)::bigint AS rated
               FROM observation_summary m
              WHERE m.project_id = ANY (:_projects::bigint[])
              GROUP BY m.project_id) n ON n.project_id = p.id
 WHERE p.id = ANY (:_projects::bigint[])
   AND (:after_id::bigint IS NULL
        OR (%sort, p.id) %after (:after_value::%sorttype, :after_id::bigint))
   AND (:find::text IS NULL
        OR strpos(lower(p.name), lower(:find::text)) > 0
        OR strpos(lower(p.description), lower(:find::text)) > 0)
 ORDER BY %sort %dir, p.id %dir
 LIMIT :limit::bigint

-- name: staff_project_by_id
-- columns: id bigint, name text, description text, access text, classification_required boolean
-- columns: blind boolean, word_1 text, word_2 text, word_3 text, word_4 text, word_5 text
-- columns: created_at timestamptz, candidates bigint, rated bigint
SELECT p.id, p.name, p.description, p.access, p.classification_required, p.blind,
       p.rating_words[1] AS word_1, p.rating_words[2] AS word_2, p.rating_words[3] AS word_3,
       p.rating_words[4] AS word_4, p.rating_words[5] AS word_5, p.created_at,
       n.candidates, n.rated
  FROM project p
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.uploaded), 0)::bigint AS candidates,
               coalesce(sum(m.rated), 0)::bigint AS rated
          FROM observation_summary m
         WHERE m.project_id = p.id) n
 WHERE p.id = :id::bigint
   AND p.id = ANY (:_projects::bigint[])

-- name: staff_project_defaults
-- columns: access text, classification_required boolean, blind boolean, word_1 text, word_2 text
-- columns: word_3 text, word_4 text, word_5 text
-- What the form of a new project begins with.
SELECT 'members' AS access, true AS classification_required, true AS blind,
       'surely not' AS word_1, 'unlikely' AS word_2, 'can''t tell' AS word_3,
       'likely' AS word_4, 'surely' AS word_5

-- name: staff_project_members
-- columns: id bigint, name text, role text, active boolean, added_at timestamptz
SELECT a.id, a.name, a.role, a.active, m.added_at
  FROM project_member m
  JOIN account a ON a.id = m.account_id
 WHERE m.project_id = :id::bigint
 ORDER BY lower(a.name), a.id
 LIMIT 1000

-- name: staff_project_save
-- columns: id bigint
-- write
-- A new one where :id is NULL.
SELECT s.id
  FROM project_save(:_user::bigint, :id::bigint, :name::text, :description::text, :access::text,
                    coalesce(:classification_required::boolean, false),
                    coalesce(:blind::boolean, false),
                    ARRAY[:word_1::text, :word_2::text, :word_3::text, :word_4::text,
                          :word_5::text]) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_member_add
-- columns: id bigint
-- write
SELECT s.id
  FROM project_member_add(:_user::bigint, :id::bigint, :member::text) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_member_remove
-- columns: id bigint
-- write
SELECT s.id
  FROM project_member_remove(:_user::bigint, :id::bigint, :account::bigint) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_quick_list
-- columns: key_letter text, rating integer, classification text, is_shown boolean
-- The quick verdicts of a project; one whose classification is hidden is not shown to raters.
SELECT q.key_letter, q.rating::integer AS rating, k.name AS classification, NOT k.hidden AS is_shown
  FROM quick_verdict q
  JOIN classification k ON k.id = classification_standing(q.classification_id)
 WHERE q.project_id = :id::bigint
   AND q.project_id = ANY (:_projects::bigint[])
 ORDER BY q.key_letter
 LIMIT 26

-- name: staff_quick_classes
-- columns: id bigint, name text, chosen boolean
-- What a quick verdict may say; to begin with it is RFI.
SELECT k.id, k.name,
       CASE WHEN :quick_class::bigint IS NULL THEN k.name = 'RFI'
            ELSE k.id = :quick_class::bigint END AS chosen
  FROM classification k
 WHERE NOT k.hidden
 ORDER BY k.position, k.id
 LIMIT 100

-- name: staff_quick_ratings
-- columns: rating integer, word text, chosen boolean
-- The project's words for 1 to 5.
SELECT w.rating::integer AS rating, w.word, w.rating = coalesce(:quick_rating::integer, 1) AS chosen
  FROM project p
 CROSS JOIN LATERAL unnest(p.rating_words) WITH ORDINALITY AS w (word, rating)
 WHERE p.id = :id::bigint
   AND p.id = ANY (:_projects::bigint[])
 ORDER BY w.rating
 LIMIT 5

-- name: staff_quick_set
-- columns: id bigint
-- write
SELECT s.id
  FROM quick_verdict_set(:_user::bigint, :id::bigint, upper(:quick_key::text),
                         :quick_rating::integer, :quick_class::bigint) AS s(id)
 WHERE s.id IS NOT NULL

-- name: staff_quick_drop
-- columns: id bigint
-- write
SELECT s.id
  FROM quick_verdict_drop(:_user::bigint, :id::bigint, upper(:key::text)) AS s(id)
 WHERE s.id IS NOT NULL

-- ---------------------------------------------------------------- classifications

-- name: staff_classification_list
-- columns: id bigint, name text, description text, key_letter text?, position integer
-- columns: hidden boolean, merged_into text?, verdicts bigint
-- All of them, in the order of the candidate page; how many verdicts stand for each, up to 10,000.
SELECT k.id, k.name, k.description, k.key_letter, k.position, k.hidden,
       (SELECT m.name FROM classification m WHERE m.id = k.merged_into) AS merged_into,
       (SELECT count(*)
          FROM (SELECT FROM rating r
                 WHERE r.classification_id = k.id AND cardinality(:_projects::bigint[]) > 0
                 LIMIT 10000) AS counted) AS verdicts
  FROM classification k
 WHERE :find::text IS NULL
    OR strpos(lower(k.name), lower(:find::text)) > 0
    OR strpos(lower(k.description), lower(:find::text)) > 0
 ORDER BY k.hidden, k.position, k.id
 LIMIT 1000

-- name: staff_classification_by_id
-- columns: id bigint, name text, description text, key_letter text?, position integer
-- columns: hidden boolean, merged_into text?, merged_id bigint?
SELECT k.id, k.name, k.description, k.key_letter, k.position, k.hidden, m.name AS merged_into,
       k.merged_into AS merged_id
  FROM classification k
  LEFT JOIN classification m ON m.id = k.merged_into
 WHERE k.id = :id::bigint

-- name: staff_classification_save
-- columns: id bigint
-- write
-- A new one where :id is NULL.
SELECT s.id
  FROM classification_save(:_user::bigint, :id::bigint, :name::text, :description::text,
                           upper(:key_letter::text), :position::integer,
                           coalesce(:hidden::boolean, false)) AS s(id)
 WHERE s.id IS NOT NULL

-- ---------------------------------------------------------------- filters

-- name: staff_filter_list
-- variants: sort = staff_filter.sort, dir
-- columns: id bigint, sort_key text, name text, description text, created_at timestamptz
-- columns: merged_into text?, candidates bigint
-- plan: custom
-- Filters, in one order; candidates are counted up to 1,000 a project.
SELECT f.id, (%sort)::text AS sort_key, f.name, f.description, f.created_at,
       (SELECT m.name FROM filter m WHERE m.id = f.merged_into) AS merged_into, n.candidates
  FROM filter f
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.counted), 0)::bigint AS candidates
          FROM unnest(:_projects::bigint[]) AS q(id)
         CROSS JOIN LATERAL (
                SELECT count(*) AS counted
                  FROM (SELECT FROM candidate c
                         WHERE c.project_id = q.id AND c.filter_id = f.id
                         LIMIT 1000) AS counted) m) n
 WHERE (:after_id::bigint IS NULL
        OR (%sort, f.id) %after (:after_value::%sorttype, :after_id::bigint))
   AND (:find::text IS NULL
        OR strpos(lower(f.name), lower(:find::text)) > 0
        OR strpos(lower(f.description), lower(:find::text)) > 0)
 ORDER BY %sort %dir, f.id %dir
 LIMIT :limit::bigint

-- name: staff_filter_by_id
-- columns: id bigint, name text, description text, created_at timestamptz, merged_into text?
-- columns: merged_id bigint?, candidates bigint
SELECT f.id, f.name, f.description, f.created_at,
       (SELECT m.name FROM filter m WHERE m.id = f.merged_into) AS merged_into,
       f.merged_into AS merged_id,
       (SELECT coalesce(sum(m.counted), 0)::bigint
          FROM unnest(:_projects::bigint[]) AS q(id)
         CROSS JOIN LATERAL (
                SELECT count(*) AS counted
                  FROM candidate c
                 WHERE c.project_id = q.id AND c.filter_id = f.id) m) AS candidates
  FROM filter f
 WHERE f.id = :id::bigint

-- name: staff_filter_others
-- columns: id bigint, name text
-- What a filter may be merged into.
SELECT f.id, f.name
  FROM filter f
 WHERE f.id <> :id::bigint
   AND f.merged_into IS NULL
 ORDER BY f.name, f.id
 LIMIT 1000

-- name: staff_classification_others
-- columns: id bigint, name text, hidden boolean
-- What a classification may be merged into.
SELECT k.id, k.name, k.hidden
  FROM classification k
 WHERE k.id <> :id::bigint
   AND k.merged_into IS NULL
 ORDER BY k.hidden, k.position, k.id
 LIMIT 1000

-- name: staff_filter_save
-- columns: id bigint
-- write
-- A new one where :id is NULL.
SELECT s.id
  FROM filter_save(:_user::bigint, :id::bigint, :name::text, :description::text) AS s(id)
 WHERE s.id IS NOT NULL

-- ---------------------------------------------------------------- merging

-- name: staff_classification_merge
-- columns: id bigint
-- write
-- id is where its verdicts count from then on.
SELECT :into::bigint AS id
  FROM classification_merge(:_user::bigint, :id::bigint, :into::bigint) AS moved

-- name: staff_filter_merge
-- columns: id bigint
-- write
-- id is where its candidates count from then on.
SELECT :into::bigint AS id
  FROM filter_merge(:_user::bigint, :id::bigint, :into::bigint) AS moved
