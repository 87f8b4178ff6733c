import { useState } from 'react'
import { useWords } from './words.ts'

const SHOWN_MS = 2_000

/** Copies a text, and says that it did. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const words = useWords()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return (
    <button type="button" onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? words.copied : (label ?? words.copy)}</span>
    </button>
  )
}

/** A text that is shown once, such as a key, to be copied. */
export function Secret({ text }: { readonly text: string }) {
  return (
    <div className="secret">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  )
}

/** A piece of code to be copied. */
export function Snippet({ code }: { readonly code: string }) {
  return (
    <div className="section">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys */}
      <pre tabIndex={0}>{code}</pre>
      <div className="row">
        <CopyButton text={code} />
      </div>
    </div>
  )
}
