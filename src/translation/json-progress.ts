/** Follows JSON text that comes in pieces, to know when one value is whole. Reads no more than quotes, brackets and spaces. */
export type JsonProgress = { readonly push: (text: string) => void; readonly isComplete: () => boolean }

/** The progress of one object or list; text that begins otherwise is never complete. */
export function jsonProgress(): JsonProgress {
  let depth = 0
  let isInString = false
  let isEscaped = false
  let isComplete = false
  const step = (character: string): void => {
    if (isEscaped) isEscaped = false
    else if (isInString) {
      isEscaped = character === '\\'
      isInString = character !== '"'
    } else if (character === '"') isInString = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      isComplete ||= depth === 0
    }
  }
  return {
    push: (text) => {
      for (let index = 0; index < text.length && !isComplete; index += 1) step(text.charAt(index))
    },
    isComplete: () => isComplete,
  }
}
