-- The least that the job needs: people, their codes, and what they may be interested in.
CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phone_number varchar(16) NOT NULL UNIQUE,
    name varchar(100) NOT NULL DEFAULT '',
    email varchar(254) NOT NULL DEFAULT '',
    bio text NOT NULL DEFAULT '',
    location varchar(100) NOT NULL DEFAULT '',
    birth_date date,
    gender varchar(10) NOT NULL DEFAULT '',
    pictures jsonb NOT NULL DEFAULT '[]',
    is_active boolean NOT NULL DEFAULT true,
    last_login timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE code (
    phone_number varchar(16) PRIMARY KEY,
    digest bytea NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    sends smallint NOT NULL DEFAULT 1,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE interest (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(100) NOT NULL UNIQUE,
    description text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true
);
