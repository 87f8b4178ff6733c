import { type FormEvent, useRef, useState } from 'react'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Field, Notice, Section, TextField } from '../../parts/index.ts'
import type { PriceImport } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { Diff, toWrite } from './diff.tsx'
import { type Compared, compare, WritePrices } from './write-prices.tsx'

/** A price list, from a file or written in, compared with what is asked now. */
export function CompareList() {
  const words = useWords().prices
  const [text, setText] = useState('')
  const [shown, setShown] = useState<{ readonly compared: Compared; readonly result: PriceImport }>()
  const last = useRef<Compared>({ multiplier: '1' })
  const asking = useAct(async (compared: Compared) => setShown({ compared, result: await compare(compared) }))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const only = textIn(event.currentTarget, 'only')
    setShown(undefined)
    last.current = { text, multiplier: textIn(event.currentTarget, 'multiplier'), ...(only === '' ? {} : { only }) }
    void asking.run(last.current)
  }
  return (
    <Section title={words.list}>
      <form onSubmit={submit}>
        <Field
          label={words.file}
          hint={words.fileHint}
          type="file"
          accept=".json,.yaml,.yml"
          onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
        />
        <TextField label={words.text} hint={words.textHint} rows={6} spellCheck={false} className="mono" value={text} onWrite={setText} />
        <Field
          label={words.multiplier}
          hint={words.multiplierHint}
          name="multiplier"
          inputMode="decimal"
          className="short"
          defaultValue="1"
          required
        />
        <Field label={words.only} hint={words.onlyHint} name="only" maxLength={100} className="short" />
        {asking.error !== undefined && <ActFailed error={asking.error} onAgain={() => void asking.run(last.current)} />}
        <div className="row">
          <button type="submit" className="main" disabled={asking.isRunning || text.trim() === ''}>
            {words.compare}
          </button>
        </div>
      </form>
      {shown !== undefined && <WhatChanges {...shown} onWritten={() => setShown(undefined)} />}
    </Section>
  )
}

/** What was compared, and the way to write it. */
export function WhatChanges(about: {
  readonly compared: Compared
  readonly result: PriceImport
  readonly usualReason?: string
  readonly onWritten: () => void
}) {
  const words = useWords().prices
  const may = useMay()
  const [isWriting, setWriting] = useState(false)
  const [isWritten, setWritten] = useState(false)
  if (isWritten)
    return (
      <Notice kind="proven">
        <span>{words.written}</span>
      </Notice>
    )
  return (
    <>
      <Diff result={about.result} />
      {may('house') && toWrite(about.result).length > 0 && (
        <div className="row">
          <button type="button" onClick={() => setWriting(true)}>
            {words.write}
          </button>
        </div>
      )}
      {isWriting && (
        <WritePrices
          {...about}
          onClose={() => setWriting(false)}
          onWritten={() => {
            setWriting(false)
            setWritten(true)
          }}
        />
      )}
    </>
  )
}
