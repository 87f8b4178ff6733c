/**
 * Adds to the corpus what leads to branches that it does not lead to: node checks/security/fuzz/keep-corpus.ts TARGET CASES MOST [SEED]. Small
 * inputs come first, and no more than MOST are kept in all. Or one file: node checks/security/fuzz/keep-corpus.ts TARGET FILE.
 */
import { readFileSync } from 'node:fs'
import { corpusOf, keepInCorpus } from './corpus.ts'
import { runTarget } from './run-target.ts'
import { isTargetName } from './targets/index.ts'

if (import.meta.main) {
  const [name, cases, most, seed = '1'] = process.argv.slice(2)
  if (!isTargetName(name) || cases === undefined) throw new TypeError('give a target, and how many cases or a file')
  if (most === undefined) keepInCorpus(name, readFileSync(cases))
  else {
    const corpus = corpusOf(name)
    const order = { n: Number.MAX_SAFE_INTEGER, cases: Number(cases), seed: Number(seed), guided: Number(cases), corpus }
    const { report } = await runTarget(name, order, (text) => process.stderr.write(`${text}\n`))
    const { kept = [], ...figures } = report ?? {}
    const small = kept.map((input) => Buffer.from(input)).toSorted((one, other) => one.length - other.length)
    for (const input of small.slice(0, Math.max(0, Number(most) - corpus.length))) keepInCorpus(name, input)
    process.stdout.write(`${JSON.stringify({ found: kept.length, ...figures })}\n`)
  }
}
