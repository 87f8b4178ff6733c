import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../sim/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { CHECKOUT } from './made-package.ts'

const DAYS_MIN = 7
const DAY_MS = 86_400_000
const ASK_MS_MAX = 30_000

/**
 * SUP-05: npm takes nothing here that is younger than a week, and of packages drawn by lot each was that old when its version came into
 * package.json. It asks the registry for those alone.
 */
export function ages(context: CheckContext): Promise<Measured> {
  const days = Number(/^min-release-age=(\d+)$/m.exec(readFileSync(join(CHECKOUT, '.npmrc'), 'utf8'))?.[1] ?? 0)
  context.expect(days >= DAYS_MIN, `npm would take what is ${days} days old`)
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(CHECKOUT, 'package.json'), 'utf8'),
  )
  const names = Object.keys(dependencies)
  const random = seededRandom(context.seed)
  const drawn = new Set(Array.from({ length: context.n }, () => names[random.below(names.length)] ?? ''))
  let youngest = Number.POSITIVE_INFINITY
  for (const name of drawn) {
    const version = dependencies[name] ?? ''
    const age = Math.floor((takenAt(name, version) - publishedAt(name, version)) / DAY_MS)
    youngest = Math.min(youngest, age)
    context.expect(age >= DAYS_MIN, `${name} ${version} was ${age} days old when it was taken`)
  }
  return Promise.resolve({ n: drawn.size, measured: { daysMin: days, youngestDays: youngest, asked: [...drawn].join(', ') } })
}

/** When a version came into package.json, in milliseconds since 1970; now, where that is in no commit yet. */
function takenAt(name: string, version: string): number {
  const given = ['log', '--reverse', '--format=%cI', `-S"${name}": "${version}"`, '--', 'package.json']
  const first = execFileSync('git', given, { cwd: CHECKOUT, encoding: 'utf8' }).split('\n')[0] ?? ''
  return first === '' ? performance.timeOrigin + performance.now() : Date.parse(first)
}

function publishedAt(name: string, version: string): number {
  const { status, stdout } = spawnSync('npm', ['view', name, 'time', '--json'], { cwd: CHECKOUT, encoding: 'utf8', timeout: ASK_MS_MAX })
  if (status !== 0) throw new NotRunError('npm reaches no registry from here')
  const at = Date.parse((JSON.parse(stdout) as Readonly<Record<string, string>>)[version] ?? '')
  if (Number.isNaN(at)) throw new NotRunError(`the registry does not tell when ${name} ${version} was published`)
  return at
}
