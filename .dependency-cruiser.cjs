/**
 * The import table: which folder may import which. Change it in the commit that changes ARCHITECTURE.md.
 * Everything below is a list of what a folder may import; what is not listed is an error.
 */
const DOMAINS = [
  'abuse',
  'accounts',
  'audit',
  'backup',
  'catalog',
  'identity',
  'issuers',
  'keys',
  'ledger',
  'limits',
  'notify',
  'operators',
  'payments',
  'plans',
  'identity',
  'privacy',
  'receipts',
  'reconcile',
  'retention',
  'statements',
  'status',
  'support',
  'usage',
  'webhooks',
  'sign-on',
  'events',
  'telegram',
  'watch',
  'trials',
]
const FOUNDATION = ['lib', 'spec', 'failures.ts']
const BELOW_COMMANDS = [...FOUNDATION, 'config.ts', 'db', 'channel', 'outbound', 'acme', ...DOMAINS]

/** Folder or file of src → the folders and files of src it may import, besides itself. */
const MAY_IMPORT = {
  lib: [],
  spec: ['lib'],
  'failures.ts': ['lib', 'spec'],
  'setting-readers.ts': FOUNDATION,
  'config.ts': [...FOUNDATION, 'setting-readers.ts'],
  acme: [...FOUNDATION, 'config.ts'],
  channel: FOUNDATION,
  outbound: FOUNDATION,
  protocols: FOUNDATION,
  translation: [...FOUNDATION, 'protocols'],
  providers: [...FOUNDATION, 'protocols'],
  gateway: [...FOUNDATION, 'outbound', 'protocols', 'translation', 'providers', 'channel'],
  db: [...FOUNDATION, 'config.ts'],
  ...Object.fromEntries(DOMAINS.map((domain) => [domain, [...FOUNDATION, 'config.ts', 'db', ...DOMAINS]])),
  limits: [...FOUNDATION, 'config.ts', 'channel', 'db'],
  webhooks: [...FOUNDATION, 'config.ts', 'db', 'outbound', ...DOMAINS],
  telegram: [...FOUNDATION, 'config.ts', 'db', 'outbound', ...DOMAINS],
  'sign-on': [...FOUNDATION, 'config.ts', 'db', 'outbound', ...DOMAINS],
  ledger: [...FOUNDATION, 'config.ts', 'channel', 'db', ...DOMAINS],
  watch: [...FOUNDATION, 'config.ts', 'channel', 'db', ...DOMAINS],
  usage: [...FOUNDATION, 'config.ts', 'channel', 'db', ...DOMAINS],
  api: BELOW_COMMANDS,
  control: [...BELOW_COMMANDS, 'api', 'inventory.ts'],
  supervisor: [...FOUNDATION, 'config.ts', 'db', 'channel'],
}

/** Package → where in the tree it may be imported. Each stands behind one folder, so that it can be replaced there. */
const PACKAGES = {
  pg: '^src/db/',
  undici: '^(src/(acme|gateway|issuers|outbound|telegram|trials|providers|commands|reconcile|payments)|sim|checks|bench|tests)/',
  hono: '^src/(api|notify)/',
  marked: '^src/api/site/texts/',
  ioredis: '^(src/limits/|checks/valkey\\.ts$)',
  nodemailer: '^src/notify/',
  '@hono/': '^(src/(api|control)|tests/browser)/',
  commander: '^(src/(commands/|main\\.ts)|tests/tidy/)',
  yaml: '^(src/catalog|tests|checks/supply)/',
  'gpt-tokenizer': '^(src/(protocols|providers)|sim)/',
  'prom-client': '^src/watch/',
  '@opentelemetry/': '^src/watch/',
  '@simplewebauthn/': '^src/identity/',
  '@node-rs/': '^src/identity/',
  'openid-client': '^src/issuers/',
  stripe: '^src/payments/rails/stripe/',
  jose: '^src/acme/',
  'reflect-metadata': '^src/acme/',
  '@peculiar/': '^src/acme/',
  ws: '^(src/gateway/realtime/|sim/|tests/)',
  yazl: '^src/privacy/',
  viem: '^(src/payments/rails/(usdc|x402)/|checks/|tests/|sim/facilitator\\.ts$)',
}

const escaped = (name) => name.replace('.', '\\.')
const asPath = (names) => `^src/(${names.map((name) => (name.includes('.') ? `${escaped(name)}$` : `${name}/`)).join('|')})`

const tableRules = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name.replace('.ts', '')}-imports-only-downwards`,
  comment: `src/${name} may import only: itself${allowed.length > 0 ? `, ${[...new Set(allowed)].join(', ')}` : ''}.`,
  severity: 'error',
  from: { path: asPath([name]), pathNot: '\\.test\\.ts$' },
  to: {
    path: '^(src|sim|checks|bench|tests|packaging)/',
    pathNot: [asPath([...new Set([name, ...allowed])]), ...(name === 'supervisor' ? ['^sim/index\\.ts$'] : [])],
  },
}))

const packageRules = Object.entries(PACKAGES).map(([name, place]) => ({
  name: `${name.replace(/\W/g, '')}-in-its-place`,
  comment: `The package ${name} may be imported only by ${place}.`,
  severity: 'error',
  from: { pathNot: place },
  to: { path: name.endsWith('/') ? `(^|/)node_modules/${name}` : `(^|/)node_modules/(@types/)?${name}/` },
}))

module.exports = {
  forbidden: [
    ...tableRules,
    ...packageRules,
    {
      name: 'no-cycles',
      comment: 'Files that import each other can only be understood together; move what they share below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'through-index',
      comment: 'Import another folder through its index.ts only; src/api/contract, which others share, has its own.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/(contract/)?index\\.ts$', '/testing\\.ts$'] },
    },
    {
      name: 'through-index-from-outside',
      comment: 'Import a folder of src through its index.ts only.',
      severity: 'error',
      from: { path: ['^(sim|checks|bench)/', '^src/[^/]+\\.ts$'] },
      to: { path: '^src/[^/]+/', pathNot: ['/index\\.ts$', '^src/(db|control|plans|privacy)/testing\\.ts$', '^src/api/test-world\\.ts$'] },
    },
    {
      name: 'gateway-cannot-write',
      comment: 'What sees content starts no process, no thread, no second context, no database.',
      severity: 'error',
      from: { path: '^src/(gateway|protocols|providers|translation)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(child_process|worker_threads|cluster|vm|sqlite|inspector|repl|dgram|v8)(/|$)' },
    },
    {
      name: 'sim-stands-alone',
      comment: 'A fake that shares code with what it tests would be wrong in the same way: sim may import only src/lib and src/spec.',
      severity: 'error',
      from: { path: '^sim/' },
      to: { path: '^(src|checks|bench|tests|packaging)/', pathNot: '^src/(lib|spec)/' },
    },
    {
      name: 'product-knows-no-tests',
      comment: 'The product imports nothing made to test it; the sandbox alone uses sim, from commands and supervisor.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['\\.test\\.ts$', '^src/commands/prove\\.ts$', '/(testing|test-world)\\.ts$', '/testing-database\\.ts$'],
      },
      to: { path: ['^(checks|bench|tests|packaging)/', '\\.test\\.ts$', '/(testing|test-world)\\.ts$'] },
    },
    {
      name: 'sandbox-only-from-commands',
      comment: 'sim answers for the sandbox; whoever starts it is a command or the supervisor.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.test\\.ts$', '^src/(commands|supervisor)/'] },
      to: { path: '^sim/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production may not need a development dependency.',
      severity: 'error',
      from: { path: '^(src|sim)/', pathNot: ['\\.test\\.ts$', '/testing\\.ts$'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'resolvable',
      comment: 'An import has to lead somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|bench/(results|tmp))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
}
