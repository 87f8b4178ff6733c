import { fail } from '../../failures.ts'

/**
 * Items that are text, with pictures, files and sound as their parts tell. Of all others it is not known what the upstream makes of them.
 * Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-input (2026-11-26).
 */
const TEXT_ITEMS: ReadonlySet<string> = new Set(
  [
    ...['message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
    ...['web_search_call', 'file_search_call', 'code_interpreter_call', 'computer_call', 'computer_call_output'],
    ...['local_shell_call', 'local_shell_call_output', 'shell_call', 'shell_call_output', 'apply_patch_call', 'apply_patch_call_output'],
    ...['mcp_list_tools', 'mcp_approval_request', 'mcp_approval_response', 'mcp_call', 'image_generation_call'],
  ].map((type) => `"${type}"`),
)

type Item = { readonly at: number; type: string | undefined; hasRole: boolean; hasId: boolean }

/**
 * Tells the items of an input by the place where each begins. Fails with nothing_stored at one that only names something stored.
 */
export function itemTeller() {
  let item: Item | undefined
  let index = 0
  let hasOther = false
  const finish = (): void => {
    if (item === undefined) return
    const { type, hasRole, hasId } = item
    const isReference = type === '"item_reference"' || (type === undefined && !hasRole && hasId)
    if (isReference) fail('nothing_stored', { field: `input[${index}]` })
    hasOther ||= type === undefined ? !hasRole : !TEXT_ITEMS.has(type)
    index += 1
    item = undefined
  }
  const itemAt = (at: number): Item => {
    if (item?.at !== at) finish()
    item ??= { at, type: undefined, hasRole: false, hasId: false }
    return item
  }
  return {
    type: (at: number, type: string): void => {
      itemAt(at).type = type
    },
    role: (at: number): void => {
      itemAt(at).hasRole = true
    },
    id: (at: number): void => {
      itemAt(at).hasId = true
    },
    /** Whether there was an item of another kind than those that are known to be text. */
    hasOther: (): boolean => {
      finish()
      return hasOther
    },
  }
}
