import type { Finding, Rule, Sample, Source } from './rule.ts'
import { findingIn, withoutComments } from './source.ts'

// Our own rules and their samples name what they ban.
const isOurs = (path: string) => !/^(?:tests\/tidy|LICENSE$)/.test(path)
const at = (path: string, ...texts: readonly string[]): readonly Sample[] => texts.map((text) => [path, text] as const)

const PROVIDERS = /openai|anthropic|claude|\bgpt|gemini|deepseek|mistral|groq|bedrock|vertex|azure|volc|\bark\b|\bxai\b|openrouter/gi

function matches(text: string, pattern: RegExp): readonly Finding[] {
  return [...text.matchAll(pattern)].map((match) => findingIn(text, match.index, `"${match[0]}"`))
}

const withinCode = (source: Source, pattern: RegExp): readonly Finding[] => matches(withoutComments(source), pattern)

/** Words that may stand nowhere, or not in some folders. */
export const TEXT_RULES: readonly Rule[] = [
  {
    id: 'provider names in shared code',
    mend: 'put what differs by provider into providers/ or protocols/, as a row or a folder there',
    applies: (path) => /^src\/(?:gateway|ledger|limits|channel)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
    find: (source) => withinCode(source, PROVIDERS),
    caught: at('src/gateway/a.ts', "if (upstream.kind === 'openai') f()", 'const anthropicVersion = 1', 'type OpenAiCall = 1'),
    passed: at('src/gateway/a.ts', '// as OpenAI does', 'const shark = 1', 'const kind = upstream.kind'),
  },
  {
    id: 'machine paths',
    mend: 'take the place from a setting or from the checkout',
    applies: isOurs,
    find: ({ text }) => matches(text, /(?<![\w.)}/])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]*/g),
    caught: at('docs/a.md', 'see /work/shared/a', 'cd /root/farebox', 'in /home/jo/farebox'),
    passed: at('docs/a.md', 'https://example.com/work/a', 'under ./data', 'src/work/a.ts'),
  },
  {
    id: 'registry hosts',
    mend: 'leave the registry to the machine; files of ours name none',
    applies: isOurs,
    find: ({ text }) =>
      matches(text, /registry\.(?:npmjs|yarnpkg|npmmirror)\.\w+|\b(?:npmmirror|verdaccio|artifactory|jfrog)\b|"resolved": *"https?:/g),
    caught: at(
      'a.json',
      '"resolved": "https://a.test/b.tgz"',
      'https://registry.npmjs.org/pg',
      'npm config set registry https://artifactory.a.test',
    ),
    passed: at('a.json', '"integrity": "sha512-abc"', 'the price registry'),
  },
  {
    id: 'tests left alone',
    mend: 'let all tests run; a skipped test says why in a string',
    applies: (path) => path.endsWith('.test.ts') && isOurs(path),
    find: (source) => withinCode(source, /\b(?:test|it|describe)\.only\b|\bonly: true\b|\bskip: true\b|\b(?:test|it|describe)\.skip\(/g),
    caught: at('src/a.test.ts', "test.only('a', f)", "test('a', { skip: true }, f)", "it.skip('a', f)"),
    passed: at('src/a.test.ts', "test('a', f)", "test('a', { skip: isMissing && 'no strace here' }, f)"),
  },
]
