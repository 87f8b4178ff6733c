// Guarantee: the image, the services beside it and the chart are well formed, run as nobody, write nothing but their data, and name files that there are.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { blocksOf } from '../../checks/guides/blocks.ts'
import { troubleOfStartingTwice } from '../../checks/supply/index.ts'
import { PARTS } from '../../packaging/index.ts'
import { readPolicySettings } from '../../src/catalog/index.ts'
import { readConfig, SETTINGS } from '../../src/config.ts'
import type { PolicySettings } from '../../src/privacy/index.ts'
import { ConfigRefusedError } from '../../src/spec/index.ts'

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy')
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8')

type Service = {
  readonly image: string
  readonly restart?: string
  readonly command?: readonly string[]
  readonly env_file?: readonly (string | { readonly path: string })[]
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly string[]
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>
  readonly environment?: Readonly<Record<string, string>>
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
  readonly ulimits: { readonly core: number }
}
type Compose = {
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>
  readonly configs?: Readonly<Record<string, { readonly file: string }>>
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
}

test('every service writes its data and nothing else, and has no right but the one to a low port', () => {
  const { services }: Compose = parse(read('compose/compose.yaml'))
  assert.deepEqual(Object.keys(services).sort(), ['backup', 'caddy', 'farebox', 'postgres', 'valkey'])
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.read_only, true, name)
    assert.deepEqual(service.cap_drop, ['ALL'], name)
    assert.deepEqual(service.cap_add ?? [], name === 'caddy' ? ['NET_BIND_SERVICE'] : [], name)
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name)
    assert.equal(service.ulimits.core, 0, name)
    if (name !== 'caddy') assert.match(service.user ?? '', /^[1-9]\d*:[1-9]\d*$/, name)
  }
})

test('every service is there again after the machine was started again', () => {
  for (const path of ['compose/compose.yaml', 'container/compose.yaml']) {
    const { services }: Compose = parse(read(path))
    // "on-failure" does not start what ended well, as all does when a machine is shut down.
    for (const [name, { restart }] of Object.entries(services)) assert.equal(restart, 'unless-stopped', `${path}: ${name}`)
  }
})

test('files of yours that services read get into no commit, no package and no image', () => {
  const image = read('container/Dockerfile.dockerignore').split('\n')
  for (const folder of ['compose', 'container']) {
    const { services, secrets = {}, configs = {} }: Compose = parse(read(`${folder}/compose.yaml`))
    const files = [
      ...Object.values(services).flatMap(({ env_file: list = [] }) => list.map((one) => (typeof one === 'string' ? one : one.path))),
      ...[...Object.values(secrets), ...Object.values(configs)].map(({ file }) => file),
    ].map((file) => file.replace(/^\.\//, ''))
    assert.ok(files.length > 0, folder)
    // npm leaves out of a package what git leaves out.
    const ignored = read(`${folder}/.gitignore`).split('\n')
    for (const file of files) assert.ok(ignored.includes(file) && image.includes(`**/${file}`), `${folder}/${file}`)
  }
})

test('a container reads a farebox.yaml of yours, and the example of one is taken as soon as it says who runs the service', () => {
  const example = read('container/farebox.yaml.example')
  for (const path of ['compose/compose.yaml', 'container/compose.yaml']) {
    const { services, configs }: Compose = parse(read(path))
    const { environment = {}, configs: mounted } = services['farebox'] ?? {}
    assert.deepEqual(mounted, [{ source: 'farebox', target: environment['FAREBOX_CONFIG'] }], path)
    assert.deepEqual(configs, { farebox: { file: './farebox.yaml' } }, path)
    assert.throws(
      () => policyBy(example, environment),
      (thrown) =>
        thrown instanceof ConfigRefusedError && thrown.problems.map(({ path: of }) => of).join() === 'policy.operator,policy.contact',
      path,
    )
    const { operator, contacts } = policyBy(example.replaceAll(/^ {2}# (?=\w+: )/gm, '  '), environment)
    assert.deepEqual([operator, contacts.length], ['Example Ltd, 1 High Street, Dublin', 1])
  }
})

/** What Farebox reads of a farebox.yaml where it listens as a container has it. */
function policyBy(text: string, { FAREBOX_LISTEN = '', FAREBOX_TRUSTED_PROXIES = '' }: Readonly<Record<string, string>>): PolicySettings {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-container-'))
  const file = join(folder, 'farebox.yaml')
  try {
    writeFileSync(file, text)
    return readPolicySettings(readConfig({ FAREBOX_LISTEN, FAREBOX_TRUSTED_PROXIES, FAREBOX_CONFIG: file }), {})
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('what the pages and the chart tell to write lets Farebox start where others can reach it', () => {
  const written: readonly string[] = [
    ...['docs/packages.md', 'docs/going-live.md'].flatMap((page) =>
      blocksOf(page).flatMap(({ language, text }) => (language === 'yaml' ? [text] : [])),
    ),
    ...[...read('helm/farebox/templates/NOTES.txt').matchAll(/^ {2}config: \|\n(?: {4}.*\n)+/gm)].map(([text]) => text),
  ]
  assert.equal(written.length, 3)
  for (const text of written) {
    const { config = text }: { readonly config?: string } = parse(text)
    const { operator } = policyBy(config, { FAREBOX_LISTEN: '0.0.0.0:8080', FAREBOX_TRUSTED_PROXIES: '10.0.0.0/8' })
    assert.equal(operator, 'Example Ltd, 1 High Street, Dublin', text)
  }
})

test('the file that opens the console opens it on this machine and to nobody else', () => {
  const { services }: Compose = parse(read('compose/console.yaml'))
  assert.deepEqual(services, {
    farebox: { environment: { FAREBOX_OPERATOR_LISTEN: '0.0.0.0:8081' }, ports: ['127.0.0.1:8081:8081'] },
  })
})

test('strangers reach Caddy alone, the database reaches nobody, and Farebox believes Caddy alone', () => {
  const { services, networks }: Compose = parse(read('compose/compose.yaml'))
  const open = Object.entries(services).flatMap(([name, { ports = [] }]) => (ports.length > 0 ? [name] : []))
  assert.deepEqual(open, ['caddy'])
  assert.equal(networks['back']?.internal, true)
  for (const name of ['postgres', 'valkey']) assert.deepEqual(services[name]?.networks, ['back'], name)
  const caddy = services['caddy']?.networks as Readonly<Record<string, { readonly ipv4_address: string }>>
  assert.equal(services['farebox']?.environment?.['FAREBOX_TRUSTED_PROXIES'], caddy['front']?.ipv4_address)
})

test('Valkey lets go of no counts to make room, as docs/scaling.md asks for', () => {
  const { services }: Compose = parse(read('compose/compose.yaml'))
  const { command = [] } = services['valkey'] ?? {}
  assert.equal(command[command.indexOf('--maxmemory-policy') + 1], 'noeviction')
})

test('Caddy speaks TLS 1.3 and nothing older, passes events on at once, and writes no log of requests', () => {
  const lines = read('compose/Caddyfile')
    .split('\n')
    .map((line) => line.trim())
  assert.ok(lines.includes('protocols tls1.3'))
  assert.ok(lines.includes('flush_interval -1'))
  assert.ok(!lines.some((line) => /^log\b/.test(line)))
})

test('the image is made in two stages, runs as nobody, and starts what the package has', () => {
  const lines = read('container/Dockerfile').split('\n')
  assert.equal(lines.filter((line) => line.startsWith('FROM ')).length, 2)
  assert.equal(
    lines.findLast((line) => line.startsWith('USER ')),
    'USER 10001:10001',
  )
  const [, start = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(read('container/Dockerfile')) ?? []
  const given: readonly string[] = JSON.parse(start)
  const entry = /\/server\/(\w+)\/(\w+)\.js$/.exec(given.at(-1) ?? '')
  assert.ok(entry?.[1] === 'control' && (entry[2] ?? '') in PARTS.control)
  for (const line of lines.filter((one) => /npm (?:ci|install)/.test(one))) assert.match(line, /--ignore-scripts/)
})

test('the chart names settings that its schema has, and each part of it is there', () => {
  const chart = join(DEPLOY, 'helm', 'farebox')
  const values: Readonly<Record<string, unknown>> = parse(read('helm/farebox/values.yaml'))
  const schema: { readonly properties: object } = JSON.parse(read('helm/farebox/values.schema.json'))
  for (const name of Object.keys(values)) assert.ok(name in schema.properties, name)
  const templates = readdirSync(join(chart, 'templates')).map((name) => readFileSync(join(chart, 'templates', name), 'utf8'))
  for (const text of templates)
    for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) {
      const found = path
        .split('.')
        .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], values)
      assert.notEqual(found, undefined, path)
    }
  for (const kind of ['StatefulSet', 'Service', 'PodDisruptionBudget', 'NetworkPolicy', 'ServiceAccount', 'Ingress', 'ConfigMap'])
    assert.ok(
      templates.some((text) => text.includes(`kind: ${kind}\n`)),
      kind,
    )
  assert.ok(existsSync(join(chart, 'Chart.yaml')))
})

test('a pod starts again on the volume of its first start', () => {
  const commands = [...read('helm/farebox/templates/stateful-set.yaml').matchAll(/^ +command: (\[sh, -c, .+\])$/gm)]
  assert.equal(commands.length, 1)
  for (const [, command = ''] of commands) assert.deepEqual(troubleOfStartingTwice(parse(command)), [])
  assert.match(troubleOfStartingTwice(['sh', '-c', CANNOT_TWICE]).join(), /second start: /, 'what cannot is found')
})

/** What `cp` has written it may not write again, as it takes over the mode of a Secret. */
const CANNOT_TWICE = 'umask 077 && mkdir -p /var/lib/farebox/node/keys && cp /master-keys/master-*.key /var/lib/farebox/node/keys/'

test('a number that the chart takes is one that Farebox takes', () => {
  const { properties }: { readonly properties: Readonly<Record<string, Bounds>> } = JSON.parse(read('helm/farebox/values.schema.json'))
  for (const [value, name] of [
    ['drainSeconds', 'FAREBOX_DRAIN_SECONDS'],
    ['gateways', 'FAREBOX_GATEWAYS'],
  ] as const)
    for (const bound of [properties[value]?.minimum, properties[value]?.maximum])
      assert.ok(SETTINGS[name].safeParse(String(bound)).success, `${value} ${bound}`)
})

type Bounds = { readonly minimum?: number; readonly maximum?: number }
