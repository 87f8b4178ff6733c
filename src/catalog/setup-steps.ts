import { type Database, sql } from '../db/index.ts'

/** What there is to do until a house can earn, in the order in which it is asked. */
export const SETUP_STEPS = ['name', 'upstreams', 'prices', 'payments', 'policy'] as const
export type SetupStep = (typeof SETUP_STEPS)[number]

/** How far a step is: `open` where nobody said that it is done or left for later. */
export type SetupState = 'open' | 'done' | 'skipped'

/** Every step with its state, and since when it has it. */
export type SetupProgress = readonly { readonly step: SetupStep; readonly state: SetupState; readonly at: Date | undefined }[]

/** How far the set-up has come. */
export async function readSetup(database: Database): Promise<SetupProgress> {
  const rows = await database.query<{ step: SetupStep; state: 'done' | 'skipped'; at: Date }>(sql`select step, state, at from setup_step`)
  return SETUP_STEPS.map((step) => {
    const row = rows.find((one) => one.step === step)
    return { step, state: row?.state ?? 'open', at: row?.at }
  })
}

/** Notes how far a step is. */
export async function writeSetupStep(
  database: Database,
  { step, state }: { readonly step: SetupStep; readonly state: SetupState },
): Promise<void> {
  if (state === 'open') await database.query(sql`delete from setup_step where step = ${step}`)
  else
    await database.query(sql`
      insert into setup_step (step, state, at) values (${step}, ${state}, clock_timestamp())
      on conflict (step) do update set state = excluded.state, at = excluded.at`)
}
