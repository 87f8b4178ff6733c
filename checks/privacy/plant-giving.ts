import { randomBytes, randomUUID } from 'node:crypto'
import { suspendAccount } from '../../src/accounts/index.ts'
import { sql } from '../../src/db/index.ts'
import { nameTeam } from '../../src/identity/index.ts'
import { changeIpRanges, createManagementKey, stopKey } from '../../src/keys/index.ts'
import { askCredit } from '../../src/payments/index.ts'
import { keepIssuer } from '../../src/sign-on/index.ts'
import type { RightsWorld } from './rights-world.ts'

/** Rows of an account in every table of codes, gifts, second persons, alerts and suspensions. */
export async function plantGiving({ kit, subjects }: Pick<RightsWorld, 'kit' | 'subjects'>, accountId: string): Promise<void> {
  const { ownerDatabase, appDatabase } = kit
  const [now, id] = [Date.now(), randomUUID()]
  await ownerDatabase.query(sql`
    insert into redeem_batch (id, label, amount, kind, codes, created_at) values (${id}::uuid, 'planted', 1, 'promotion', 1, now())`)
  await ownerDatabase.query(sql`
    insert into redeem_code (hash, batch_id, redeemed_at, redeemed_by, transfer_id)
    values (sha256(${Buffer.from(id)}), ${id}::uuid, now(), ${accountId}, ${id}::uuid)`)
  await ownerDatabase.query(sql`insert into redeem_guess (account_id, since, wrong) values (${accountId}, now(), 1)`)
  const asked = { id, accountId, amount: 1n, kind: 'manual', reason: 'planted', by: 'operator:a', now } as const
  await askCredit(appDatabase, subjects, asked)
  await ownerDatabase.query(sql`
    update pending_credit set state = 'approved', decided_by = 'operator:b', decided_at = now(), transfer_id = ${id}::uuid where id = ${id}::uuid`)
  await ownerDatabase.query(sql`
    insert into gift (id, account_id, kind, payment_id, amount, given_at, transfer_id)
    values (${id}::uuid, ${accountId}, 'bonus', ${id}::uuid, 1, now(), ${id}::uuid)`)
  await ownerDatabase.query(sql`
    insert into payment_promo (payment_id, account_id, code, created_at) values (${id}::uuid, ${accountId}, 'PLANTED', now())`)
  await ownerDatabase.transaction((tx) =>
    keepIssuer(tx, subjects, {
      ...{ accountId, issuer: `https://${id}.example.com`, clientId: 'planted', clientSecret: 'planted-secret' },
      ...{ defaultRole: 'viewer', isRequired: false, random: randomBytes(8), now },
    }),
  )
  await nameTeam(appDatabase, subjects, { accountId, name: 'planted', now })
  await ownerDatabase.query(sql`insert into referral_code (account_id, code) values (${accountId}, ${id.slice(0, 8)})`)
  await ownerDatabase.query(sql`insert into referral (account_id, referrer_id, created_at) values (${accountId}, ${id}::uuid, now())`)
  await ownerDatabase.query(sql`insert into balance_alert (account_id, threshold) values (${accountId}, 1)`)
  await ownerDatabase.query(sql`insert into usage_read (account_id, since, reads) values (${accountId}, now(), 1)`)
  await ownerDatabase.query(sql`
    insert into model (id, context, output_max, source) values ('planted', 10, 10, 'file') on conflict do nothing`)
  await ownerDatabase.query(sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h)
    select serial, 1, 1, 1, 1, 1 from model where id = 'planted'`)
  await ownerDatabase.query(sql`
    insert into price_notice (price_version, account_id, told_at) select min(id), ${accountId}, now() from price_version`)
  await ownerDatabase.query(sql`
    insert into plan (id, price_multiplier, source) values ('planted', 1000000, 'operator') on conflict do nothing`)
  await ownerDatabase.query(sql`
    insert into plan_change (plan_id, price_multiplier, effective_at) values ('planted', 1100000, now() + interval '40 days')`)
  await ownerDatabase.query(sql`
    insert into plan_change_notice (plan_change, account_id, told_at) select min(id), ${accountId}, now() from plan_change`)
  await ownerDatabase.query(sql`
    insert into key_address (day, key_id, account_id, tag) values (current_date, ${id}::uuid, ${accountId}, sha256(${Buffer.from(id)}))`)
  await ownerDatabase.query(sql`
    insert into promotion_expiry (transfer_id, account_id, amount, planned_at, is_done)
    select id, ${accountId}, 1, now(), true from transfer where ${accountId} in (debit_account, credit_account) limit 1`)
  await ownerDatabase.query(sql`
    insert into gift_take (id, gift_id, account_id, wanted, amount, planned_at, transfer_id, is_returned, return_id)
    values (${id}::uuid, ${id}::uuid, ${accountId}, 1, 1, now(), ${id}::uuid, true, ${id}::uuid)`)
  await ownerDatabase.query(sql`
    update api_key set paused_at = now(), paused_for = 'spike', resumed_at = now(), old_hash = sha256(id::text::bytea), old_until = now()
    where account_id = ${accountId}`)
  for (const { id: keyId } of await ownerDatabase.query<{ id: string }>(sql`select id from api_key where account_id = ${accountId}`)) {
    await changeIpRanges(appDatabase, subjects, { accountId, keyId, ranges: [{ words: [0, 0, 0xffff, 0xc000_0200], prefix: 120 }] })
    await appDatabase.transaction((tx) => stopKey(tx, subjects, { id: keyId, act: 'paused', reason: 'terms', note: 'planted', now }))
  }
  await ownerDatabase.query(sql`
    insert into key_alarm (id, account_id, key_id, kind, amount, is_paused, raised_at, told_at)
    select ${id}::uuid, ${accountId}::uuid, min(id::text)::uuid, 'spike', 1, true, now(), now() from api_key where account_id = ${accountId}`)
  await ownerDatabase.query(sql`
    insert into key_alarm (id, account_id, key_id, kind, addresses, is_paused, raised_at, told_at)
    select gen_random_uuid(), ${accountId}::uuid, min(id::text)::uuid, 'shared', 60, false, now(), now() from api_key where account_id = ${accountId}`)
  await ownerDatabase.query(sql`insert into person_mark (account_id, mark) values (${accountId}::uuid, sha256(${id}::text::bytea))`)
  const key = { id: randomUUID(), accountId, name: 'planted', random: Buffer.from(`${id}${id}`.slice(0, 32)), now }
  await createManagementKey(appDatabase, subjects, key)
  await ownerDatabase.query(sql`update management_key set revoked_at = now() where account_id = ${accountId}`)
  await suspendAccount(appDatabase, subjects, { id: accountId, reason: 'terms', note: 'planted', now })
  await ownerDatabase.query(sql`update account set status = 'active' where id = ${accountId}`)
}
