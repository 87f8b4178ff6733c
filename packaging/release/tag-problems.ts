import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the keys lie that a release tag may be signed with. */
export const SIGNERS = '.github/release-signers'

/** A tag to be released from a checkout, and the branch that alone says who may sign. */
export type Tagged = { readonly checkout: string; readonly tag: string; readonly branch: string }

/**
 * Why a tag may not be released, nothing when it may: it has to be an annotated tag of its own name, signed with a key that `branch` lists,
 * of the newest commit of `branch`, whose package.json has its version. Source: git-verify-tag(1), gitformat-signature(5), git 2.39 (2026-11-27).
 */
export function tagProblems({ checkout, tag, branch }: Tagged): readonly string[] {
  if (!/^v\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/.test(tag)) return ['the tag is not of the form v1.2.3']
  const git = (...given: readonly string[]) => spawnSync('git', given, { cwd: checkout, encoding: 'utf8' })
  const ref = `refs/tags/${tag}`
  const object = git('cat-file', 'tag', ref)
  if (object.status !== 0) return [`${tag} is no annotated tag, so nobody signed it`]
  const commit = git('rev-parse', `${ref}^{commit}`).stdout.trim()
  const newest = git('rev-parse', `${branch}^{commit}`).stdout.trim()
  const version = versionIn(git('show', `${commit}:package.json`).stdout)
  return [
    ...(new RegExp(`^tag ${tag.replaceAll('.', '\\.')}$`, 'm').test(headOf(object.stdout))
      ? []
      : ['the tag was signed under another name']),
    ...(commit !== '' && commit === newest ? [] : [`the tag is not of the newest commit of ${branch}`]),
    ...(`v${version}` === tag ? [] : [`package.json has version ${version}`]),
    ...signatureProblems(git('show', `${branch}:${SIGNERS}`).stdout, checkout, ref),
  ]
}

const headOf = (object: string): string => object.slice(0, object.indexOf('\n\n'))

function versionIn(text: string): string {
  try {
    return String((JSON.parse(text) as { readonly version?: unknown }).version)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return 'nobody can read'
    throw thrown
  }
}

/** Only SSH signatures count: whoever verifies has no ring of keys of another kind that could say yes. */
function signatureProblems(signers: string, checkout: string, ref: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-signers-'))
  try {
    const path = join(folder, 'signers')
    writeFileSync(path, signers)
    const settings = ['gpg.format=ssh', `gpg.ssh.allowedSignersFile=${path}`, 'gpg.program=false', 'gpg.x509.program=false']
    const given = [...settings.flatMap((one) => ['-c', one]), 'verify-tag', ref]
    const { status } = spawnSync('git', given, { cwd: checkout, stdio: 'ignore' })
    return status === 0 ? [] : [`the tag is not signed with a key of ${SIGNERS}`]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
