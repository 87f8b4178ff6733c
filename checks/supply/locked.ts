import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLock } from '../../packaging/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { lockProblems } from './lock-problems.ts'
import { CHECKOUT } from './made-package.ts'
import { readWorkflows, workflowProblems } from './workflows.ts'

/** SUP-03: every package is asked for by an exact version, has its SHA-512 in the lock, which names no host; what npm lists from it is the same; so are actions of workflows, by their commits. */
export function locked(context: CheckContext): Promise<Measured> {
  const lock = readLock(CHECKOUT)
  const problems = lockProblems(JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')), lock)
  for (const problem of problems) context.fail(problem)
  const folders = Object.keys(lock)
  context.expect(folders.length > 100, 'blind: there is next to nothing in the lock')
  const listed = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      cwd: CHECKOUT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as { readonly components: readonly { readonly purl: string }[] }
  const versions = new Set(
    Object.entries(lock).map(([folder, { name, version }]) =>
      purlOf(name ?? folder.slice(folder.lastIndexOf('node_modules/') + 13), version),
    ),
  )
  const unknown = listed.components.filter(({ purl }) => !versions.has(purl.split('?')[0] ?? ''))
  for (const { purl } of unknown.slice(0, 5)) context.fail(`npm lists ${purl}, which is not in the lock`)
  const workflows = readWorkflows(CHECKOUT)
  context.expect(workflows.length > 0, 'blind: no workflow was found')
  for (const problem of workflows.flatMap(workflowProblems)) context.fail(problem)
  return Promise.resolve({
    n: folders.length,
    measured: { hashed: folders.length, listedByNpm: listed.components.length, workflows: workflows.length },
  })
}

const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`
