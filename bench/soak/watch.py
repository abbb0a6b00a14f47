"""Two triggers that write down what rows alone forget: who owned a conversation when, and who owned it when a text was claimed.

They run inside the transactions they watch, so what they note is exact.
"""

from __future__ import annotations

from sqlalchemy import text

from store import Store

WATCH = """
CREATE TABLE soak_owner (id bigserial PRIMARY KEY, conversation_id text, owner text, after_seq int);
CREATE FUNCTION soak_note_owner() RETURNS trigger AS $$ BEGIN
  INSERT INTO soak_owner (conversation_id, owner, after_seq) VALUES (NEW.id, NEW.owner, NEW.last_seq); RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER soak_owner_changes AFTER UPDATE OF owner ON conversation
  FOR EACH ROW WHEN (OLD.owner IS DISTINCT FROM NEW.owner) EXECUTE FUNCTION soak_note_owner();
CREATE TABLE soak_claim (id bigserial PRIMARY KEY, message_id text, owner text, at timestamptz);
CREATE FUNCTION soak_note_claim() RETURNS trigger AS $$ BEGIN
  INSERT INTO soak_claim (message_id, owner, at)
    SELECT NEW.id, conversation.owner, clock_timestamp() FROM conversation WHERE conversation.id = NEW.conversation_id;
  RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER soak_claims AFTER UPDATE OF claimed_until ON message
  FOR EACH ROW WHEN (NEW.delivery_status = 'sending' AND NEW.author = 'bot') EXECUTE FUNCTION soak_note_claim();
"""


def keep_watch(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(WATCH))
