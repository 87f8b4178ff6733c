// Ends with 1, and says why, unless a tag may be released from main: `node packaging/release/verify.ts v1.2.3`, in a checkout of main with all tags.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tagProblems } from './index.ts'

const checkout = dirname(dirname(import.meta.dirname))
const problems = [...tagProblems({ checkout, tag: process.argv[2] ?? '', branch: 'HEAD' }), ...hostProblems()]
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1

/** On the hosting service the run is of main, and package.json names the repository, without which the provenance is refused. */
function hostProblems(): readonly string[] {
  const { GITHUB_REF: ref, GITHUB_REPOSITORY: repository, GITHUB_SERVER_URL: server } = process.env
  if (ref === undefined) return []
  const { repository: named }: { readonly repository?: { readonly url?: string } } = JSON.parse(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
  )
  return [
    ...(ref === 'refs/heads/main' ? [] : ['the run is not of main']),
    ...(named?.url === `git+${server}/${repository}.git`
      ? []
      : [`package.json does not name git+${server}/${repository}.git as its repository`]),
  ]
}
