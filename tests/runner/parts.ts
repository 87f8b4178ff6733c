import { addTallies, closingLine, NOTHING, type Tally } from './tally.ts'

/** One part of the suite. */
export type Part = { readonly name: string; readonly run: () => Promise<Tally> }

/** Runs rows of parts side by side, the parts of a row one after the other, tells of each, and returns the sum. Never rejects. */
export async function runRows(rows: readonly (readonly Part[])[], say: (text: string) => void): Promise<Tally> {
  const runRow = async (parts: readonly Part[]): Promise<Tally> => {
    let sum = NOTHING
    for (const part of parts) sum = addTallies(sum, await runPart(part, say))
    return sum
  }
  return addTallies(...(await Promise.all(rows.map(runRow))))
}

/** Runs a part and tells its figures; one that breaks, or in which nothing ran, is one failure more. */
async function runPart({ name, run }: Part, say: (text: string) => void): Promise<Tally> {
  say(`${name}\n`)
  const began = performance.now()
  const told = await run().catch((error: unknown) => {
    say(`FAILED ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return { ...NOTHING, failed: 1 }
  })
  const isNothing = told.passed + told.failed + told.skipped === 0
  const tally = isNothing ? { ...told, failed: 1 } : told
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  say(`${name}${isNothing ? ', in which no test ran' : ''}\n  = ${closingLine(tally)} in ${seconds} s\n`)
  return tally
}
