"""The triggers that write the events of people, as the first migration makes them.

The name begins with an underscore because Django takes every other module here for a migration.
"""

# Of customers alone: neither of staff nor of services, and nothing after the deletion.
CREATE_RECORDING = """
CREATE FUNCTION accounts_record_event(whose bigint, what text, details jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO accounts_personevent (user_id, kind, data)
    SELECT id, what, details FROM accounts_user
    WHERE id = whose AND NOT is_staff AND username <> 'deleted-' || id
      AND NOT starts_with(username, 'service:')
$$;

-- One event for all that a transaction changes of a profile. A profile that is completed is recorded
-- as a whole.
CREATE FUNCTION accounts_record_change(whose bigint, names text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    recorded_id bigint;
    recorded_kind text;
BEGIN
    SELECT id, kind INTO recorded_id, recorded_kind FROM accounts_personevent
    WHERE transaction_id = pg_current_xact_id() AND user_id = whose
      AND kind IN ('user.profile_completed', 'user.profile_updated')
    LIMIT 1;
    IF recorded_id IS NULL THEN
        PERFORM accounts_record_event(
            whose, 'user.profile_updated', jsonb_build_object('fields', to_jsonb(names)));
    ELSIF recorded_kind = 'user.profile_updated' THEN
        UPDATE accounts_personevent SET data = jsonb_build_object('fields', (
            SELECT jsonb_agg(name ORDER BY name) FROM (
                SELECT jsonb_array_elements_text(data -> 'fields') AS name
                UNION SELECT unnest(names)
            ) AS every
        )) WHERE id = recorded_id;
    END IF;
END $$;
"""

DROP_RECORDING = """
DROP FUNCTION accounts_record_change(bigint, text[]);
DROP FUNCTION accounts_record_event(bigint, text, jsonb);
"""

# The transaction that deletes a person also removes parts of the profile: that is no change.
RECORD_USERS = """
CREATE FUNCTION accounts_record_new_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_record_event(NEW.id, 'user.verified', '{}');
    RETURN NULL;
END $$;

CREATE TRIGGER new_user_is_recorded AFTER INSERT ON accounts_user
FOR EACH ROW WHEN (NEW.is_verified) EXECUTE FUNCTION accounts_record_new_user();

CREATE FUNCTION accounts_record_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE names text[];
BEGIN
    IF NEW.username = 'deleted-' || NEW.id AND OLD.username <> NEW.username THEN
        DELETE FROM accounts_personevent
        WHERE transaction_id = pg_current_xact_id() AND user_id = NEW.id
          AND kind = 'user.profile_updated';
        INSERT INTO accounts_personevent (user_id, kind) VALUES (NEW.id, 'user.deleted');
        RETURN NULL;
    END IF;
    IF NEW.is_verified AND NOT OLD.is_verified THEN
        PERFORM accounts_record_event(NEW.id, 'user.verified', '{}');
    ELSIF NEW.phone_number <> OLD.phone_number THEN
        PERFORM accounts_record_event(NEW.id, 'user.phone_changed', '{}');
    END IF;
    IF NEW.is_active <> OLD.is_active THEN
        PERFORM accounts_record_event(NEW.id, CASE WHEN NEW.is_active THEN 'user.reactivated'
                                           ELSE 'user.deactivated' END, '{}');
    END IF;
    names := array_remove(ARRAY[
        CASE WHEN NEW.email <> OLD.email THEN 'email' END,
        CASE WHEN NEW.is_email_verified <> OLD.is_email_verified THEN 'email_verified' END,
        CASE WHEN NEW.first_name <> OLD.first_name THEN 'first_name' END,
        CASE WHEN NEW.last_name <> OLD.last_name THEN 'last_name' END], NULL);
    IF names <> '{}' THEN
        PERFORM accounts_record_change(NEW.id, names);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER user_is_recorded
AFTER UPDATE OF username, phone_number, is_verified, is_active, email, is_email_verified,
                first_name, last_name ON accounts_user
FOR EACH ROW WHEN (NOT NEW.is_staff) EXECUTE FUNCTION accounts_record_user();
"""

STOP_RECORDING_USERS = """
DROP TRIGGER user_is_recorded ON accounts_user;
DROP TRIGGER new_user_is_recorded ON accounts_user;
DROP FUNCTION accounts_record_user();
DROP FUNCTION accounts_record_new_user();
"""

# A session that expires is not revoked; one that is deleted before its time is.
RECORD_SESSIONS = """
CREATE FUNCTION accounts_record_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_record_event(
        OLD.user_id, 'session.revoked', jsonb_build_object('session_id', OLD.id));
    RETURN NULL;
END $$;

CREATE TRIGGER revoked_session_is_recorded AFTER UPDATE OF revoked_at ON accounts_session
FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
                   AND OLD.expires_at > now())
EXECUTE FUNCTION accounts_record_session();

CREATE TRIGGER deleted_session_is_recorded AFTER DELETE ON accounts_session
FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now())
EXECUTE FUNCTION accounts_record_session();
"""

STOP_RECORDING_SESSIONS = """
DROP TRIGGER deleted_session_is_recorded ON accounts_session;
DROP TRIGGER revoked_session_is_recorded ON accounts_session;
DROP FUNCTION accounts_record_session();
"""

# A column of the profile is recorded under its own name, whichever columns there are.
RECORD_PROFILES = """
CREATE FUNCTION accounts_record_profile() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE names text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM accounts_record_event(NEW.user_id, 'user.profile_completed', '{}');
        RETURN NULL;
    END IF;
    SELECT array_agg(key ORDER BY key) INTO names
    FROM jsonb_each(to_jsonb(NEW)) AS fresh JOIN jsonb_each(to_jsonb(OLD)) AS stale USING (key)
    WHERE fresh.value <> stale.value AND key <> 'updated_at';
    IF names IS NOT NULL THEN
        PERFORM accounts_record_change(NEW.user_id, names);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER profile_is_recorded AFTER INSERT OR UPDATE ON accounts_userprofile
FOR EACH ROW EXECUTE FUNCTION accounts_record_profile();

CREATE FUNCTION accounts_record_interests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_record_change(whose, '{event_interests}')
    FROM (SELECT DISTINCT userprofile_id AS whose FROM changed) AS people;
    RETURN NULL;
END $$;

CREATE TRIGGER added_interests_are_recorded AFTER INSERT ON accounts_userprofile_event_interests
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION accounts_record_interests();

CREATE TRIGGER removed_interests_are_recorded AFTER DELETE ON accounts_userprofile_event_interests
REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION accounts_record_interests();
"""

STOP_RECORDING_PROFILES = """
DROP TRIGGER removed_interests_are_recorded ON accounts_userprofile_event_interests;
DROP TRIGGER added_interests_are_recorded ON accounts_userprofile_event_interests;
DROP TRIGGER profile_is_recorded ON accounts_userprofile;
DROP FUNCTION accounts_record_interests();
DROP FUNCTION accounts_record_profile();
"""

# Of pictures that people see, and of those who have a complete profile: others still choose.
RECORD_PICTURES = """
CREATE FUNCTION accounts_record_picture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
    names text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        whose := NEW.user_id;
        names := array_remove(ARRAY[
            CASE WHEN NEW.is_avatar <> OLD.is_avatar THEN 'avatar' END,
            CASE WHEN (NEW.stored_at IS NULL, NEW.discarded_at IS NULL, NEW.position)
                      <> (OLD.stored_at IS NULL, OLD.discarded_at IS NULL, OLD.position)
                 THEN 'profile_pictures' END], NULL);
    ELSE
        whose := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
        names := '{profile_pictures}';
    END IF;
    IF names <> '{}' AND EXISTS (SELECT FROM accounts_userprofile WHERE user_id = whose) THEN
        PERFORM accounts_record_change(whose, names);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER new_picture_is_recorded AFTER INSERT ON accounts_picture
FOR EACH ROW WHEN (NEW.stored_at IS NOT NULL AND NEW.discarded_at IS NULL)
EXECUTE FUNCTION accounts_record_picture();

CREATE TRIGGER picture_is_recorded AFTER UPDATE ON accounts_picture
FOR EACH ROW WHEN (OLD.stored_at IS NOT NULL AND OLD.discarded_at IS NULL
                   OR NEW.stored_at IS NOT NULL AND NEW.discarded_at IS NULL)
EXECUTE FUNCTION accounts_record_picture();

CREATE TRIGGER removed_picture_is_recorded AFTER DELETE ON accounts_picture
FOR EACH ROW WHEN (OLD.stored_at IS NOT NULL AND OLD.discarded_at IS NULL)
EXECUTE FUNCTION accounts_record_picture();
"""

STOP_RECORDING_PICTURES = """
DROP TRIGGER removed_picture_is_recorded ON accounts_picture;
DROP TRIGGER picture_is_recorded ON accounts_picture;
DROP TRIGGER new_picture_is_recorded ON accounts_picture;
DROP FUNCTION accounts_record_picture();
"""

SQL = [
    (CREATE_RECORDING, DROP_RECORDING),
    (RECORD_USERS, STOP_RECORDING_USERS),
    (RECORD_SESSIONS, STOP_RECORDING_SESSIONS),
    (RECORD_PROFILES, STOP_RECORDING_PROFILES),
    (RECORD_PICTURES, STOP_RECORDING_PICTURES),
]
