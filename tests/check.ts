// `npm run check`: everything a change has to pass before it is committed, in about two minutes; with --database the database tests too, for
// changes to what writes. One line per step; the output of a step is shown when it failed.
import { DATABASE_STEP, STEPS, type Step } from './runner/index.ts'

const AT_A_TIME = 2
const began = performance.now()

async function runStep(step: Step): Promise<boolean> {
  const start = performance.now()
  const { isGood, words, output } = await step.run()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(
    `${isGood ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(9)} ${seconds.padStart(5)} s  ${words}\n${isGood ? '' : `${output.trimEnd()}\n`}`,
  )
  return isGood
}

async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const waiting = [...steps]
  const results: boolean[] = []
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await runStep(step))
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return results.every(Boolean)
}

const isGood = await runSteps(process.argv.includes('--database') ? [DATABASE_STEP, ...STEPS] : STEPS)
process.stdout.write(`${isGood ? 'all good' : 'not good'} after ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
process.exitCode = isGood ? 0 : 1
