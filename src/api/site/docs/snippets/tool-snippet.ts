import { TOOL_SETTINGS, type ToolId, type ToolSettings } from '../../../../spec/index.ts'
import type { Filling, Snippet } from './snippet.ts'

const CHECKED = '2026-11-26'
/** What stands where a key is typed. */
const KEY = 'fbx_…'

/** A tool that is set up by hand, as the site shows it. */
export function toolSnippet({ publicUrl: url, model }: Filling, id: ToolId, about: Pick<Snippet, 'kind' | 'source' | 'note'>): Snippet {
  const { name, block, fields, run }: ToolSettings = TOOL_SETTINGS[id]({ url, model, key: KEY })
  const blocks = [...(block === undefined ? [] : [block]), ...(run === undefined ? [] : [{ kind: 'run', text: run } as const])]
  return { ...about, ...{ id, name, blocks, checked: CHECKED }, ...(fields !== undefined && { fields }) }
}
