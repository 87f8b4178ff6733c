// Guarantee: no tag is released but one that a known key signed, of main's newest commit and its version, and none that nobody else let through.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { blocksOf } from '../../checks/guides/blocks.ts'
import { type Approval, approvalProblems, SIGNERS, tagProblems } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-release-'))
const checkout = join(folder, 'checkout')
const SKIP = spawnSync('ssh-keygen', ['-?']).error === undefined ? false : 'not run: ssh-keygen is not installed'
const WHO = ['user.name=Ann', 'user.email=ann@example.com', 'gpg.format=ssh', 'tag.gpgSign=false', 'commit.gpgSign=false']
const git = (...given: readonly string[]): string =>
  execFileSync('git', [...WHO.flatMap((one) => ['-c', one]), ...given], {
    cwd: checkout,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
const sign = (key: string, tag: string, at = 'main'): string =>
  git('-c', `user.signingKey=${join(folder, key)}.pub`, 'tag', '--sign', '--force', '--message', 'a release', tag, at)
const commit = (version: string, signers: string): void => {
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ version }))
  writeFileSync(join(checkout, SIGNERS), signers)
  git('add', '.')
  git('commit', '--quiet', '--message', `version ${version}`)
}
const problems = (tag: string): readonly string[] => tagProblems({ checkout, tag, branch: 'main' })
let known = ''

before(() => {
  mkdirSync(join(checkout, '.github'), { recursive: true })
  git('init', '--quiet', '--initial-branch=main')
  if (SKIP !== false) return
  for (const key of ['known', 'stranger']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)])
  known = `ann@example.com namespaces="git" ${execFileSync('cat', [join(folder, 'known.pub')], { encoding: 'utf8' })}`
  commit('1.2.3', known)
})
after(() => rmSync(folder, { recursive: true }))

test('a tag that a known key signed is good', { skip: SKIP }, () => {
  sign('known', 'v1.2.3')
  assert.deepEqual(problems('v1.2.3'), [])
})

test('a tag that nobody signed, a stranger signed, or that has a name of another is not', { skip: SKIP }, () => {
  git('tag', '--force', 'v1.2.3')
  assert.match(problems('v1.2.3').join(), /no annotated tag/)
  git('tag', '--force', '--annotate', '--message', 'a release', 'v1.2.3')
  assert.match(problems('v1.2.3').join(), /not signed/)
  sign('stranger', 'v1.2.3')
  assert.match(problems('v1.2.3').join(), /not signed/)
  sign('known', 'v1.2.4')
  git('update-ref', 'refs/tags/v1.2.3', 'v1.2.4')
  assert.deepEqual(problems('v1.2.3'), ['the tag was signed under another name'])
  for (const tag of ['v9.9.9', 'main', '--help', 'v1.2.3\nv', '']) assert.equal(problems(tag).length, 1, tag)
})

test('the version, the newest commit and the keys of the branch count', { skip: SKIP }, () => {
  sign('known', 'v2.0.0')
  assert.deepEqual(problems('v2.0.0'), ['package.json has version 1.2.3'])
  sign('known', 'v1.2.3')
  commit('1.2.3', '# nobody any more\n')
  assert.deepEqual(problems('v1.2.3'), ['the tag is not of the newest commit of main', `the tag is not signed with a key of ${SIGNERS}`])
})

test('what docs/releasing.md has a maintainer type makes a tag that is good, and pushes it', { skip: SKIP }, () => {
  commit('1.2.3', known)
  git('tag', '--delete', 'v1.2.3')
  git('init', '--quiet', '--bare', join(folder, 'origin'))
  git('remote', 'add', 'origin', join(folder, 'origin'))
  cpSync(import.meta.dirname, join(checkout, 'packaging', 'release'), { recursive: true })
  const home = join(folder, 'home')
  mkdirSync(join(home, '.ssh'), { recursive: true })
  for (const end of ['', '.pub']) cpSync(join(folder, `known${end}`), join(home, '.ssh', `id_ed25519${end}`))
  const typed = blocksOf('docs/releasing.md').filter(({ runBy }) => typeof runBy === 'object' && 'file' in runBy)
  assert.equal(typed.length, 1)
  execFileSync('sh', ['-ec', typed[0]?.text ?? ''], {
    cwd: checkout,
    stdio: 'pipe',
    env: {
      ...{ HOME: home, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` },
      ...{ GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' },
    },
  })
  assert.equal(git('ls-remote', 'origin', 'refs/tags/v1.2.3').split('\t')[0], git('rev-parse', 'refs/tags/v1.2.3').trim())
})

test('a second person has to say yes to this environment, and nobody no', () => {
  const by = (login: string, state = 'approved', name = 'release'): Approval => ({ state, environments: [{ name }], user: { login } })
  assert.deepEqual(approvalProblems([by('ben')], ['ann', 'ann']), [])
  const second = ['no second person let it through']
  assert.deepEqual(approvalProblems([], ['ann']), second)
  assert.deepEqual(approvalProblems([by('Ann')], ['ann']), second)
  assert.deepEqual(approvalProblems([by('ben'), by('ben', 'approved', 'test')], ['ann', 'ben']), second)
  assert.deepEqual(approvalProblems([by('ben', 'approved', 'test')], ['ann']), second)
  assert.deepEqual(approvalProblems([by('ben'), by('cy', 'rejected')], ['ann']), ['somebody refused it'])
  assert.deepEqual(approvalProblems([by('ben')], ['', '']), ['nobody knows who started the run'])
})
