import { type Database, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer } from '../../src/db/testing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { compareDeclared } from '../privacy/declared.ts'

/** Columns that can hold more than a bounded word, each with what keeps content out of it. Reviewed 2026-11-26. */
const REVIEWED: Readonly<Record<string, string>> = {
  'account.email_lookup': 'a keyed hash of 32 bytes',
  'account.email_sealed': 'an e-mail address of at most 254 characters, sealed',
  'account_event.data': 'ids, figures and times that triggers of the database write of rows without content',
  'account_suspension.note_sealed': "an operator's words on a suspension, bounded and sealed",
  'announcement.words_en': "an operator's words to everybody, at most 500 characters",
  'announcement.words_zh': "an operator's words to everybody, at most 500 characters",
  'api_key.hint': 'the first and last characters of a key',
  'api_key.ip_ranges_sealed': 'ranges of addresses, parsed before they are sealed, at most 3,000 bytes',
  'api_key.models': 'ids that are in the catalogue, as the operator chose them',
  'api_key.name_sealed': "a customer's name of a key, bounded before it is sealed",
  'api_key.routing': 'rules of a closed schema: ids of the catalogue, countries, two switches',
  'idempotency.input_hash': 'a hash of 32 bytes',
  'idempotency.key_hash': 'a hash of 32 bytes',
  'idempotency.response': "answers of the operator's API, which shows what its schemas list; no call passes there",
  'account_invitation.email_sealed': 'an e-mail, bounded before it is sealed',
  'incident_note.words_en': "an operator's words to everybody, at most 500 characters",
  'incident_note.words_zh': "an operator's words to everybody, at most 500 characters",
  'key_group.name_sealed': "a customer's name of a group of keys, bounded before it is sealed",
  'key_stop.note_sealed': "an operator's words on why a key was stopped, at most 500 characters, sealed",
  'management_key.name_sealed': "a customer's name of a key, bounded before it is sealed",
  'migration.checksum': 'written by the runner of migrations alone',
  'migration.name': 'written by the runner of migrations alone',
  'operator.email_sealed': "an operator's e-mail, at most 512 bytes, sealed",
  'operator_passkey.credential_id': 'what a browser knows a passkey by, at most 1023 bytes',
  'operator_passkey.public_key': 'a public key of at most 4096 bytes',
  'payment.purpose': 'what is bought, of a closed schema: ids, names of blocks, numbers, a time',
  'payment_problem.ref_sealed': 'what a payment rail calls some money, at most 200 characters, sealed',
  'passkey.credential_id': 'what a browser knows a passkey by, at most 1023 bytes',
  'passkey.public_key': 'a public key of at most 4096 bytes',
  'plan.models': 'ids of models, as the operator chose them',
  'plan_change.plan_id': 'the id of a plan, by foreign key',
  'plan_letter.fields': 'figures, days, names of plans and pools for a letter; no word of a person',
  'pending_credit.decided_by': 'the name of an operator',
  'pending_credit.reason_sealed': "an operator's words on credit by hand, sealed",
  'policy_document.bytes': 'a document that an operator uploads for an attestation, at most 512 KiB',
  'policy_own.words': "an operator's words in the policy, of a closed schema, at most 200,000 characters",
  'policy_version.claims': 'sentences of the program itself',
  'policy_version.providers': 'labels of a closed schema: ids of upstreams, their hosts, and what the operator says of them',
  'policy_version.recipients': 'ids of upstreams',
  'policy_version.text': 'sentences of the program itself, at most 200,000 characters',
  'pool.description': "an operator's words on what a pool serves, at most 500 characters, shown to everybody",
  'pool.models': 'ids of models that are in the catalogue, as the operator chose them',
  'price_version.cards': 'figures of a closed schema',
  'short_notice.reason': "an operator's words on a price that rises sooner, at most 500 characters",
  'rail_refund.address_sealed': 'the address that a refund goes to, of fixed length, sealed',
  'rail_refund.claim_sealed': 'the address of the page where a refund is claimed, as the server of the rail told it, sealed',
  'rail_refund.tx_sealed': 'the hash of a transaction, of fixed length, sealed',
  'refund_wish.reason_sealed': "an operator's words on why money does not go back, at most 500 characters, sealed",
  'receipt_batch.day_path': 'hashes of 32 bytes, as many as a tree of a day is deep',
  'receipt_batch.leaves': 'hashes of 32 bytes, one for each call of a batch',
  'reconciliation.source': 'ids of upstreams that share a report, or the name of a rail',
  'reconciliation_item.name': 'an id of a model or of a payment, or a code',
  'reconciliation_item.part': 'the same word as in the row of its comparison, by foreign key',
  'reconciliation_item.source': 'the same word as in the row of its comparison, by foreign key',
  'route.cost': 'figures of a closed schema',
  'signing_key.jwk': 'a public key',
  'subscription.reason_sealed': "an operator's words on a gift of at most 200 characters, sealed; no call passes there",
  'support_request.answer_sealed': "an operator's words to a customer of at most 4,000 characters, sealed; no call passes there",
  'support_request.question_sealed': "a customer's words to support of at most 4,000 characters, sealed; no call passes there",
  'transfer.input_hash': 'a hash of 32 bytes',
  'transfer.reason': "an operator's words on a movement by hand; no call passes there",
  'transfer.reason_sealed': "an operator's words on a movement by hand, sealed; no call passes there",
  'transfer.source_key': 'what moved money: an id, or the key of an operator of one POST',
  'usdc_deposit.origin_sealed': 'the hash of a transaction and the address that paid, of fixed length, sealed',
  'usdc_deposit.withdrawn_ids': 'names of a fixed form, of keyed hashes, by which the books know a deposit that was taken back',
  'upstream.admin_key_sealed': "a key of the house's own, sealed",
  'upstream.api_key_sealed': "a key of the house's own, sealed",
  'upstream.base_url': 'an address of the catalogue of at most 500 characters',
  'upstream.key_pool_sealed': "keys of the house's own, sealed",
  'upstream.privacy': 'a label of a closed schema, by the operator',
  'team_domain.domain_sealed': 'a mail domain of at most 200 characters, sealed',
  'team_name.name_sealed': "a customer's name of a team, at most 40 characters without an address, sealed",
  'team_issuer.settings_sealed': 'the address of an issuer and the client of a team there, bounded before they are sealed',
  'webhook_delivery.data': 'the data of an event, copied as it is',
  'webhook_endpoint.events': 'names of events out of a closed list',
  'webhook_endpoint.url_sealed': 'an address of at most 2,048 characters, sealed; no call passes there',
  'x402_payment.origin_sealed': 'the hash of a transaction and the address that paid, of fixed length, sealed',
  'x402_payment.pending_sealed': 'a signed transfer in numbers, of fixed length, sealed',
}

/** CL-col: no column can hold a text of any length, JSON or bytes, besides those that were reviewed; one that is planted is noticed. */
export async function columns(context: CheckContext): Promise<Measured> {
  const database = await createTestDatabase()
  try {
    const found = await openColumns(database.ownerDatabase)
    const { unclassified, stale } = compareDeclared(found.open, Object.keys(REVIEWED))
    for (const name of unclassified) context.fail(`${name} has no bound, and nobody has reviewed it`)
    for (const name of stale) context.fail(`${name} is on the list of reviewed columns, and is bounded or gone`)
    await database.ownerDatabase.query(sql`alter table farebox.account add column planted text`)
    await database.ownerDatabase.query(sql`alter table farebox.account add column planted_json jsonb`)
    const planted = compareDeclared((await openColumns(database.ownerDatabase)).open, found.open).unclassified
    context.expect(planted.join() === 'account.planted,account.planted_json', `blind: ${planted.join() || 'nothing'} was noticed`)
    return {
      n: found.all,
      measured: { columns: found.all, bounded: found.all - found.open.length, reviewed: Object.keys(REVIEWED).length },
    }
  } finally {
    await database.drop()
    await stopTestServer()
  }
}

type Row = { readonly name: string; readonly is_bounded: boolean }

/** Columns that could hold text, and those of them that no constraint bounds to 256 characters, a pattern or a set of words. */
async function openColumns(database: Database): Promise<{ readonly all: number; readonly open: readonly string[] }> {
  const rows = await database.query<Row>(sql`
    select c.relname || '.' || a.attname as name, coalesce(bool_or(${BOUNDS}), false) as is_bounded
    from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid
      join pg_type t on t.oid = a.atttypid
      left join pg_constraint k on k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
    where n.nspname = 'farebox' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      and (t.typcategory = 'S' or t.typname in ('bytea', 'json', 'jsonb', '_text', '_bytea', '_varchar', '_jsonb', 'xml'))
    group by 1`)
  return {
    all: rows.length,
    open: rows
      .filter(({ is_bounded }) => !is_bounded)
      .map(({ name }) => name)
      .sort(),
  }
}

/** A set of words, a pattern that ends, a length of at most 256: as PostgreSQL spells constraints. */
const BOUNDS = sql`
  pg_get_constraintdef(k.oid) ~ '(= ANY \\(|<@ )\\(?ARRAY\\['
  or pg_get_constraintdef(k.oid) ~ '~ ''\\^.*[$]'''
  or (regexp_match(pg_get_constraintdef(k.oid), 'length\\(\\w+\\)\\)? (?:=|<=) (\\d+)'))[1]::int <= 256`
