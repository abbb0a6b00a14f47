-- So many patients and their past, for bench/queue.py, which gives the numbers, the moment and the ciphertexts.
-- Assessments: of the first 20,000 patients; the others' are asked for by nobody here.

INSERT INTO patient (id, name, trusted_person_consent, locale, language, timezone, guest, demo, created_at)
  SELECT 'p' || n, :name, false, 'US', 'en', 'America/New_York', false, false, CAST(:now AS timestamptz) - interval '200 days'
  FROM generate_series(1, :patients) n;

INSERT INTO conversation (id, patient_id, owner, owner_version, protocol, last_seq, last_channel, last_inbound_at, seen_seq,
  bot_generation, bot_turns, passing, misunderstood, created_at)
  SELECT 'c' || n, 'p' || n, CASE WHEN n <= :flags THEN 'waiting' ELSE 'bot' END, 0, CASE WHEN n <= :flags THEN :state END,
  CASE WHEN n <= 20 THEN :long ELSE :each END, 'web', :now, 0, 0, 0, false, 0, CAST(:now AS timestamptz) - interval '200 days'
  FROM generate_series(1, :patients) n;

INSERT INTO dose (id, patient_id, ended_at, number, route)
  SELECT 'd' || n || '.' || k, 'p' || n, CAST(:now AS timestamptz) - (k * 7 || ' days')::interval, k, 'lozenge'
  FROM generate_series(1, :patients) n, generate_series(1, 3) k;

INSERT INTO message (id, conversation_id, seq, author, channel, external_id, text, crisis, created_at, turn_status, turn_attempts,
  delivery_status, attempts)
  SELECT 'm' || c.id || '.' || k, c.id, k, CASE WHEN k % 2 = 1 THEN 'patient' ELSE 'bot' END, 'web',
  CASE WHEN k % 2 = 1 THEN c.id || '.' || k END, :words, false,
  CAST(:now AS timestamptz) - ((c.last_seq - k) * 170000.0 / c.last_seq || ' minutes')::interval, 'none', 0,
  CASE WHEN k % 2 = 0 THEN 'sent' END, 0
  FROM conversation c, generate_series(1, c.last_seq) k;

INSERT INTO assessment (message_id, conversation_id, level, category, score, findings, content_version, created_at)
  SELECT m.id, m.conversation_id, CASE WHEN m.seq > c.last_seq - 6 AND f.n <= :flags THEN 3 ELSE 0 END, 'S', 0.8, :empty, 'bench',
  m.created_at
  FROM (SELECT id, last_seq, CAST(substr(id, 2) AS integer) AS n FROM conversation) f
  JOIN conversation c ON c.id = f.id JOIN message m ON m.conversation_id = c.id WHERE m.author = 'patient' AND f.n <= 20000;

INSERT INTO flag (id, conversation_id, message_id, kind, level, category, reason, status, opened_at, raised_at, respond_by)
  SELECT 'f' || n, 'c' || n, (SELECT max(m.id) FROM message m WHERE m.conversation_id = 'c' || n AND m.author = 'patient'
  AND m.seq >= 2 * (c.last_seq / 2) - 1),
  'risk', 2 + n % 4, 'S', :words, CASE WHEN n % 5 = 0 THEN 'acknowledged' ELSE 'open' END,
  CAST(:now AS timestamptz) - (n % 600 || ' minutes')::interval, :now, CAST(:now AS timestamptz) + (n % 90 || ' minutes')::interval
  FROM generate_series(1, :flags) n JOIN conversation c ON c.id = 'c' || n;

INSERT INTO flag (id, conversation_id, message_id, kind, level, category, reason, status, opened_at, raised_at, acknowledged_at, closed_at, disposition)
  SELECT 'z' || c.id, c.id, 'm' || c.id || '.1', 'risk', 3, 'S', :words, 'closed', c.created_at, c.created_at, c.created_at, c.created_at,
  'safety_plan' FROM conversation c;

INSERT INTO page (id, flag_id, conversation_id, channel, status, due_at, accepted_at, acknowledged_at, late_told, level, step, empty)
  SELECT 'y' || id, id, conversation_id, 'console', 'acknowledged', opened_at, opened_at, opened_at, false, level, 3, '' FROM flag
  WHERE status = 'closed';

INSERT INTO page (id, flag_id, conversation_id, channel, status, due_at, accepted_at, late_told, level, step, empty)
  SELECT 'g' || substr(id, 2), id, conversation_id, 'console', 'accepted', opened_at, opened_at, false, level, 3, '' FROM flag
  WHERE status <> 'closed';

INSERT INTO page_attempt (id, key, page_id, channel, role, step, status, created_at, due_at, tries, accepted_at)
  SELECT 'a' || substr(g.id, 2) || '.' || k.step, g.id || '.' || k.step, g.id, 'webhook', 'primary', k.step, 'accepted', g.due_at,
  g.due_at, 1, g.due_at
  FROM page g, (SELECT 0 AS step UNION SELECT 1 UNION SELECT 2) k;
