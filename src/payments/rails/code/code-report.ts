import { type Database, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import type { PaymentDesk } from '../../desk.ts'

/** What codes that were sold brought in on a day, as the table of codes has it. */
export const codeReport = (database: Database, desk: Pick<PaymentDesk, 'externalKey'>): RailReport => ({
  ...{ rail: 'code', sourcePrefix: 'code:', externalIdIs: 'rest-of-source-key', isExpected: false },
  read: async (day) => {
    const rows = await database.query<{ hash: string; amount: NanoUsd }>(sql`
      select encode(hash, 'hex') as hash, amount from redeem_code join redeem_batch on redeem_batch.id = batch_id
      where kind = 'deposit' and redeemed_at >= ${`${day}T00:00:00Z`}::timestamptz
        and redeemed_at < ${`${day}T00:00:00Z`}::timestamptz + interval '1 day'
      order by 1`)
    return rows.map(({ hash, amount }) => ({ externalId: desk.externalKey('code', hash), amount, currency: 'USD' }))
  },
})
