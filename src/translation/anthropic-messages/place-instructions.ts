import type { JsonObject, Message } from '../call.ts'

/** A message that is being written; `places`: where what is in it stood in the client's request. */
export type Turn = { readonly role: Message['role']; readonly blocks: readonly JsonObject[]; readonly places: readonly string[] }

/** Whether the model takes instructions within a conversation, and who is told of those that the user has to say instead. */
export type Placing = { readonly takesInstructions: boolean; readonly note: (place: string) => void }

/**
 * A conversation with its instructions where they are taken: after what a user said, in one message, before the model's or at the end; anywhere else,
 * and by models that take none, all of it is refused. There the user says them. None stand between a call of a tool and what the tool gave.
 * Source: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages (2026-11-29).
 */
export function placeInstructions(turns: readonly Turn[], { takesInstructions, note }: Placing): readonly Turn[] {
  const gathered = gatherInstructions(turns)
  return gathered.map((turn, index) => {
    if (turn.role !== 'system') return turn
    const isTaken = takesInstructions && gathered[index - 1]?.role === 'user' && gathered[index + 1]?.role !== 'user'
    if (isTaken) return turn
    for (const place of turn.places) note(`${place}.role`)
    return { ...turn, role: 'user' }
  })
}

/** Instructions that follow each other as one message, and what tools gave before those that came before it. */
function gatherInstructions(turns: readonly Turn[]): readonly Turn[] {
  const gathered: Turn[] = []
  for (const turn of turns) {
    const last = gathered.at(-1)
    if (turn.role === 'user' && turn.blocks[0]?.['type'] === 'tool_result') {
      gathered.splice(gathered.findLastIndex(({ role }) => role !== 'system') + 1, 0, turn)
    } else if (turn.role === 'system' && last?.role === 'system') {
      gathered[gathered.length - 1] = { ...last, blocks: [...last.blocks, ...turn.blocks], places: [...last.places, ...turn.places] }
    } else gathered.push(turn)
  }
  return gathered
}
