import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml'
import { errorCode } from '../lib/index.ts'
import { isTellable, type Problem, toldText } from '../spec/index.ts'

/** Steps to a value: keys and list indexes. */
export type Path = readonly (string | number)[]

/** A parsed YAML file that knows where each of its values stands. */
export type YamlDocument = {
  /** The plain value, variables filled in; undefined when the file could not be read. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Variables that were filled in. */
  readonly variables: ReadonlySet<string>
  /** Where a value stands; for one that is missing, what should hold it. `key` asks for the place of a key in the mapping at the path. */
  readonly locate: (path: Path, key?: string) => { readonly line: number; readonly column: number }
  /** The value as written, before variables; undefined when there is none. */
  readonly written: (path: Path) => Written | undefined
  /** Whether a variable of this value is missing, so that nothing more need be said of it. */
  readonly isUnfilled: (path: Path) => boolean
}

/** What kind of value was written, and for words and numbers how. */
export type Written = { readonly kind: 'text' | 'number' | 'boolean' | 'nothing' | 'list' | 'mapping'; readonly source: string }

type Environment = Readonly<Record<string, string | undefined>>

const MEND_FLOW_VARIABLE = 'inside { } or [ ], put variables in quotes: "${NAME}"'

const BYTES_MAX = 1024 * 1024
const DEPTH_MAX = 64

/** Parses YAML 1.2 and fills in ${NAME} from the environment; never throws, whatever the text. */
export function parseYaml(text: string, file: string, environment: Environment): YamlDocument {
  const lines = new LineCounter()
  if (Buffer.byteLength(text) > BYTES_MAX) return unreadable(file, { expected: 'a file of at most 1 MiB', got: 'a larger one' })
  if (flowDepthOf(text) > DEPTH_MAX) return unreadable(file, { expected: `brackets at most ${DEPTH_MAX} deep`, got: 'deeper ones' })
  try {
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' } as const
    return readDocument(parseDocument(text, options), { text, file, lines, environment })
  } catch (thrown) {
    return unreadable(file, {
      expected: 'YAML of moderate depth, with few aliases',
      got: `what the parser gave up on (${errorCode(thrown)})`,
    })
  }
}

/** How deep brackets nest, quotes left aside; asked first, as the parser's time grows with the square of it. */
function flowDepthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

type Source = { readonly text: string; readonly file: string; readonly lines: LineCounter; readonly environment: Environment }

function readDocument(document: Document.Parsed, source: Source): YamlDocument {
  const errors = [...document.errors, ...document.warnings]
  const positions = positionsOf(document, source.lines)
  const none = { ...positions, value: undefined, variables: new Set<string>(), isUnfilled: () => false }
  if (errors.length > 0) return { ...none, problems: errors.map((error) => syntaxProblem(error, source)) }
  const filled = fillVariables(document, source)
  const isUnfilled = (path: Path) => filled.unfilled.has(document.getIn(path, true))
  if (filled.hasLooseAlias) return { ...none, problems: filled.problems }
  return { ...positions, value: document.toJS({ maxAliasCount: 100 }), problems: filled.problems, variables: filled.variables, isUnfilled }
}

const unreadable = (file: string, told: { readonly expected: string; readonly got: string }): YamlDocument => ({
  value: undefined,
  problems: [{ file, line: 1, column: 1, path: '', ...told, mend: 'write it as in the example of the guide' }],
  variables: new Set(),
  locate: () => ({ line: 1, column: 1 }),
  written: () => undefined,
  isUnfilled: () => false,
})

const MENDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  DUPLICATE_KEY: 'keep one of the two',
  MULTIPLE_DOCS: 'keep one document: take out the line ---',
  BAD_INDENT: 'line the fields of one entry up',
  BAD_SCALAR_START: 'put the value in quotes',
  MISSING_CHAR: 'close the quote or bracket',
  UNEXPECTED_TOKEN: 'check quotes and brackets on this line and the one before',
}

/** What a parser says, without the text that it says it of: that can be a key. */
const withoutSource = (message: string): string => message.replace(/\n[\s\S]*$|(?<=\S):\s[\s\S]*$|"[\s\S]*$/, '')

function syntaxProblem(
  error: { readonly code: string; readonly pos: readonly [number, number]; readonly message: string },
  source: Source,
): Problem {
  const { line, col } = source.lines.linePos(Math.min(error.pos[0], source.text.length))
  const row = source.text.split('\n', line)[line - 1] ?? ''
  const flowAt = row.search(/[{[,:]/)
  const mend = flowAt >= 0 && row.includes('${', flowAt + 1) ? MEND_FLOW_VARIABLE : (MENDS[error.code] ?? 'correct the YAML here')
  const got = /api_key/.test(row) ? error.code.toLowerCase().replaceAll('_', ' ') : withoutSource(error.message).slice(0, 200)
  return { file: source.file, line, column: col, path: '', expected: 'valid YAML', got, mend }
}

function fillVariables(document: Document.Parsed, source: Source) {
  const problems: Problem[] = []
  const variables = new Set<string>()
  const unfilled = new Set<unknown>()
  let hasLooseAlias = false
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) === undefined) {
        hasLooseAlias = true
        problems.push(aliasProblem(node, source))
      }
    },
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
      const missing = fillScalarUnsafe(node, source.environment, variables)
      if (missing === undefined) return
      unfilled.add(node)
      problems.push(variableProblem(missing, node, source))
    },
  })
  return { problems, variables, unfilled, hasLooseAlias }
}

/** Replaces the variables of one value in place; returns the first that is missing or malformed. */
function fillScalarUnsafe(node: Scalar, environment: Environment, variables: Set<string>): string | undefined {
  let missing: string | undefined
  node.value = String(node.value).replace(/\$\{([^}]*)\}?/g, (whole, name: string) => {
    const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && whole.endsWith('}') ? environment[name] : undefined
    if (value === undefined || value === '') missing ??= name
    else variables.add(name)
    return value ?? ''
  })
  return missing
}

function aliasProblem(node: Alias, source: Source): Problem {
  const { line, col } = source.lines.linePos(node.range?.[0] ?? 0)
  const told = {
    expected: 'a value, or an alias whose anchor comes before it',
    got: '*, and a name without an anchor',
    mend: 'put it in quotes',
  }
  return { file: source.file, line, column: col, path: '', ...told }
}

function variableProblem(name: string, node: Scalar, source: Source): Problem {
  const { line, col } = source.lines.linePos(node.range?.[0] ?? 0)
  const isName = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && isTellable(name)
  const told = isName
    ? { expected: `the environment variable ${name}`, got: 'it is not set', mend: `set ${name}, or write the value here` }
    : {
        expected: 'the name of a variable between the braces',
        got: toldText(name),
        mend: 'use letters, digits and _ only',
      }
  return { file: source.file, line, column: col, path: '', ...told }
}

function positionsOf(document: Document.Parsed, lines: LineCounter): Pick<YamlDocument, 'locate' | 'written'> {
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  return {
    locate: (path, key) => {
      const node = nearestNode(document, path)
      const pair = key !== undefined && isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
      const found = isNode(pair?.key) ? pair.key : node
      return at(found?.range?.[0] ?? 0)
    },
    written: (path) => {
      const node = nodeAt(document, path)
      return node === undefined ? undefined : writtenOf(node)
    },
  }
}

function nodeAt(document: Document.Parsed, path: Path): Node | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) ? node : undefined
}

function nearestNode(document: Document.Parsed, path: Path): Node | ParsedNode | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length))
    if (node?.range) return node
  }
  return undefined
}

function writtenOf(node: Node): Written {
  if (!isScalar(node)) return { kind: isMap(node) ? 'mapping' : 'list', source: '' }
  const source = node.source ?? ''
  if (node.value === null) return { kind: 'nothing', source }
  if (typeof node.value === 'number' || typeof node.value === 'bigint') return { kind: 'number', source }
  return { kind: typeof node.value === 'boolean' ? 'boolean' : 'text', source }
}
