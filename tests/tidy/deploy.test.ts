// Guarantee: what is shipped for systemd and containers takes every right away that Farebox does not need, and starts what exists.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { blocksOf } from '../../checks/guides/blocks.ts'
import { PARTS } from '../../packaging/index.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const UNIT = join(ROOT, 'deploy', 'systemd', 'farebox.service')
const UNITS = ['farebox.service', 'farebox-egress.service', 'farebox-egress.timer', 'farebox-backup.service', 'farebox-backup.timer']
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
const SKIP = hasAnalyze ? false : 'not run: systemd-analyze is not installed'

test('systemd rates the unit 2.0 or better, of 10', { skip: SKIP }, () => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', UNIT], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stdout + stderr)
})

test('systemd understands every line of the units', { skip: SKIP }, () => {
  for (const name of UNITS) {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(ROOT, 'deploy', 'systemd', name)], { encoding: 'utf8' })
    const told = stderr.split('\n').filter((line) => /Unknown|Failed to parse|ignoring|Invalid/.test(line) && line.includes('deploy/'))
    assert.deepEqual(told, [], name)
  }
})

test('units and container start files that are there, without options that let memory out', () => {
  const unit = readFileSync(UNIT, 'utf8')
  const started = /^ExecStart=(.+)$/m.exec(unit)?.[1] ?? ''
  assert.match(
    started,
    /^\/opt\/farebox\/node_modules\/\.bin\/node --disable-proto=delete --disable-sigusr1 --no-warnings src\/main\.ts serve$/,
  )
  assert.ok(existsSync(join(ROOT, 'src', 'main.ts')))
  for (const line of [
    'LimitCORE=0',
    'MemorySwapMax=0',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'TemporaryFileSystem=/tmp:ro /var/tmp:ro',
    'NoExecPaths=/',
    'CapabilityBoundingSet=',
    'CoredumpFilter=0x0',
  ])
    assert.ok(unit.split('\n').includes(line), line)
})

/** Every file of Farebox that a unit starts, from the folder that it is installed in. */
function startedBy(name: string): readonly string[] {
  const unit = readFileSync(join(ROOT, 'deploy', 'systemd', name), 'utf8')
  assert.match(unit, /^WorkingDirectory=\/opt\/farebox$/m)
  const line = /^ExecStart=(.+)$/m.exec(unit)?.[1] ?? ''
  return [...line.matchAll(/(?:^|[\s($])(?:\/opt\/farebox\/)?((?:[\w.@-]+\/)+[\w.-]+)/g)].map(([, path = '']) => path)
}

test('every program that a unit names is there, in the checkout as the page says it is in the package, and the one for the firewall knows its command', () => {
  for (const name of UNITS.filter((unit) => unit.endsWith('.service'))) {
    const paths = startedBy(name)
    assert.deepEqual(paths, ['node_modules/.bin/node', 'src/main.ts'], name)
    for (const path of paths) assert.ok(existsSync(join(ROOT, path)), `${name}: ${path}`)
  }
  const page = readFileSync(join(ROOT, 'docs', 'packages.md'), 'utf8')
  assert.match(page, /`node_modules\/farebox\/server\/control\/main\.js` stands for `src\/main\.ts`/)
  assert.equal(PARTS.control.main, 'src/main.ts')
  const unit = readFileSync(join(ROOT, 'deploy', 'systemd', 'farebox-egress.service'), 'utf8')
  const asked = /rules=\$\((.+?)\)/.exec(unit)?.[1] ?? ''
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `${asked} --help`], { cwd: ROOT, encoding: 'utf8', env: {} })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /--nftables[\s\S]+--user/)
})

test('the unit for backups asks for what the command knows, as the user and with the settings of Farebox', () => {
  const unit = readFileSync(join(ROOT, 'deploy', 'systemd', 'farebox-backup.service'), 'utf8')
  const typed = /^ExecStart=\S+ --no-warnings src\/main\.ts (backup .+)$/m.exec(unit)?.[1]?.split(' ') ?? []
  const { stdout } = spawnSync(process.execPath, ['--no-warnings', 'src/main.ts', 'backup', '--help'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {},
  })
  for (const word of typed.filter((one) => one.startsWith('--'))) assert.ok(stdout.includes(`${word} <`), word)
  const lines = readFileSync(UNIT, 'utf8').split('\n')
  const shared = lines.filter((line) =>
    /^(?:User|WorkingDirectory|EnvironmentFile|Environment=FAREBOX_DATA_DIR|UMask|LimitCORE|StateDirectory)/.test(line),
  )
  for (const line of shared) assert.ok(unit.split('\n').includes(line), line)
  for (const folder of typed.filter((one) => one.startsWith('/var/backups/')))
    assert.match(unit, new RegExp(`^ReadWritePaths=.*-${folder}(?: |$)`, 'm'))
})

test('what somebody has to change is not started again, and what ended by itself is', () => {
  const lines = readFileSync(UNIT, 'utf8').split('\n')
  assert.ok(lines.includes('Restart=on-failure'))
  const [, refused] = /^RestartPreventExitStatus=(\d+)$/m.exec(lines.join('\n')) ?? []
  const started = spawnSync(process.execPath, ['--no-warnings', 'src/main.ts', 'serve'], {
    ...{ cwd: ROOT, encoding: 'utf8' },
    env: { FAREBOX_GATEWAYS: 'none' },
  })
  assert.equal(refused, String(started.status), started.stderr)
})

test('rules that could not be loaded, as Farebox was not up yet, are tried again before the timer comes round', () => {
  const lines = readFileSync(join(ROOT, 'deploy', 'systemd', 'farebox-egress.service'), 'utf8').split('\n')
  assert.ok(lines.includes('Type=oneshot') && lines.includes('Restart=on-failure'))
  const [, seconds] = /^RestartSec=(\d+)$/m.exec(lines.join('\n')) ?? []
  // Five starts within ten seconds are the limit of systemd, after which it starts nothing more.
  assert.ok(Number(seconds) > 2 && Number(seconds) <= 10, seconds)
})

/** What systemd-run is told by the shipped script when `typed` is typed; the host's own programs are stood in for. */
function toldTo(typed: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-unit-'))
  writeFileSync(join(folder, 'systemd-run'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
  const stoodIn = ['useradd', 'systemctl', 'chown', 'chmod', 'install', 'cd'].map((name) => `${name}() { :; }`).join('; ')
  const hands = `farebox() { ${join(ROOT, 'deploy', 'systemd', 'farebox')} "$@"; }; ${stoodIn}`
  const options = { encoding: 'utf8', cwd: '/', env: { PATH: `${folder}:/usr/bin:/bin` } } as const
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euc', `${hands}\n${typed}`], options)
  rmSync(folder, { recursive: true })
  assert.equal(status, 0, stderr)
  return stdout.trimEnd().split('\n')
}

test('a command under systemd has the user, the settings, the folder and the data of the unit, and what was typed', () => {
  const words = toldTo(`farebox credit '$ID' --reason 'two words'`)
  const lines = readFileSync(UNIT, 'utf8')
    .split('\n')
    .filter((line) => SHARED.test(line))
  assert.equal(lines.length, 8)
  for (const line of lines) assert.equal(words[words.indexOf(line) - 1], '-p', line)
  assert.deepEqual(words.slice(words.indexOf('src/main.ts')), ['src/main.ts', 'credit', '$$ID', '--reason', 'two words'])
})

/** What a command shares with the unit, its data directory among them, which whoever comes first makes. */
const SHARED = /^(?:User|WorkingDirectory|EnvironmentFile|Environment=FAREBOX_DATA_DIR|StateDirectory|StateDirectoryMode|UMask|LimitCORE)\b/

const PAGES = ['docs/going-live.md', 'docs/disaster.md'] as const
const hereIn = (page: string): readonly string[] =>
  blocksOf(page).flatMap(({ text, runBy }) =>
    typeof runBy === 'object' && 'file' in runBy && runBy.file === 'tests/tidy/deploy.test.ts' ? [text] : [],
  )

test('pages type commands under systemd that way, with files named whole', () => {
  const typed = PAGES.flatMap((page) => hereIn(page).map(toldTo))
  const commands = typed.map((words) => words.slice(words.indexOf('src/main.ts') + 1))
  assert.deepEqual(
    commands.map(([name]) => name),
    ['doctor', 'backup', 'restore'],
  )
  for (const word of commands.flat().filter((word) => /farebox\.|passphrase$/.test(word))) assert.match(word, /^\//)
})

test('docs/going-live.md installs every file for systemd that is shipped, from where it is', () => {
  const installed = hereIn('docs/going-live.md').flatMap((text) =>
    [...text.matchAll(/\/opt\/farebox\/(deploy\/systemd\/[\w.-]+)/g)].map(([, path = '']) => path),
  )
  const shipped = readdirSync(join(ROOT, 'deploy', 'systemd')).map((name) => `deploy/systemd/${name}`)
  assert.deepEqual([...new Set(installed)].sort(), shipped.sort())
})

test('the container can write its data and nothing else', () => {
  const { services } = parse(readFileSync(join(ROOT, 'deploy', 'container', 'compose.yaml'), 'utf8'))
  const { farebox } = services
  assert.equal(farebox.read_only, true)
  assert.deepEqual(farebox.cap_drop, ['ALL'])
  assert.deepEqual(farebox.security_opt, ['no-new-privileges:true'])
  assert.equal(farebox.ulimits.core, 0)
  assert.equal(farebox.mem_limit, farebox.memswap_limit)
  assert.equal(farebox.mem_swappiness, 0)
  assert.deepEqual(farebox.volumes, ['data:/var/lib/farebox'])
  assert.equal(farebox.tmpfs, undefined)
  assert.match(farebox.user, /^[1-9]\d*:[1-9]\d*$/)
  assert.ok(farebox.ports.every((port: string) => port.startsWith('127.0.0.1:')))
})
