import type { CanonicalCall, Tool, ToolChoice } from '../call.ts'
import {
  type Fields,
  flagOf,
  missing,
  noteOthers,
  objectOf,
  objectsOf,
  requiredObject,
  requiredText,
  textOf,
  wordOf,
} from '../request-fields.ts'
import { readCacheControl } from './cache-control.ts'

/** The tools of a request, which of them may be called, and whether several at once. */
export function readTools(request: Fields): Pick<CanonicalCall, 'tools' | 'toolChoice' | 'isParallel'> {
  const tools = (objectsOf(request, 'tools') ?? []).map(readTool)
  const choice = objectOf(request, 'tool_choice')
  if (choice === undefined) return { tools, toolChoice: undefined, isParallel: undefined }
  const isSingle = flagOf(choice, 'disable_parallel_tool_use')
  return { tools, toolChoice: readChoice(choice), isParallel: isSingle === undefined ? undefined : !isSingle }
}

const TOOL: ReadonlySet<string> = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'])

/** Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview (2026-11). */
function readTool(fields: Fields): Tool {
  const type = textOf(fields, 'type') ?? 'custom'
  if (type !== 'custom') {
    const isWebSearch = type.startsWith('web_search_')
    return { kind: 'provider', protocol: 'anthropic-messages', value: fields.object, isWebSearch, at: fields.path }
  }
  noteOthers(fields, TOOL)
  return {
    kind: 'function',
    name: requiredText(fields, 'name'),
    description: textOf(fields, 'description'),
    schema: requiredObject(fields, 'input_schema').object,
    isStrict: flagOf(fields, 'strict'),
    ...readCacheControl(fields),
    at: fields.path,
  }
}

function readChoice(choice: Fields): ToolChoice {
  const type = wordOf(choice, 'type', ['auto', 'any', 'tool', 'none']) ?? missing(choice, 'type')
  if (type === 'tool') return { kind: 'named', names: [requiredText(choice, 'name')] }
  return { kind: type === 'any' ? 'required' : type }
}
