import { useEffect, useState } from 'react'
import { List, Tag } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { linesOf, type Score } from './protocol.ts'
import { likenessOf } from './vector-protocols.ts'

const FIRST_NUMBERS = 3

/** Pictures of an answer; those that lie at the provider are shown as addresses, as opening one tells the provider who looks. */
export function Pictures({ pictures, prompt }: { readonly pictures: readonly string[]; readonly prompt: string }) {
  const words = useWords().playground
  const numbered = pictures.map((address, index) => ({
    address,
    file: `picture-${index + 1}.${/^data:image\/(\w+)/.exec(address)?.[1] ?? 'png'}`,
  }))
  return numbered.map(({ address, file }) =>
    address.startsWith('data:') ? (
      <figure key={file} className="made">
        <img src={address} alt={prompt === '' ? words.pictureMade : prompt} />
        <a href={address} download={file}>
          {words.keep}
        </a>
      </figure>
    ) : (
      <a key={file} href={address} target="_blank" rel="noreferrer noopener">
        {words.pictureElsewhere}
      </a>
    ),
  )
}

/** Sound that can be played and kept; its address works in this tab alone and ends with what shows it. */
export function Sound({ sound }: { readonly sound: Blob }) {
  const words = useWords().playground
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(sound)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [sound])
  if (address === undefined) return null
  return (
    <figure className="made">
      {/* biome-ignore lint/a11y/useMediaCaption: what it says is the text that was asked for */}
      <audio controls src={address} aria-label={words.soundMade} />
      <a href={address} download={sound.type === 'audio/wav' ? 'speech.wav' : 'speech.mp3'}>
        {words.keep}
      </a>
    </figure>
  )
}

/** The vector of each line, and how near each is to the first. */
export function Vectors({ vectors, prompt }: { readonly vectors: readonly (readonly number[])[]; readonly prompt: string }) {
  const words = useWords().playground
  const lines = linesOf(prompt)
  const [first = []] = vectors
  return (
    <List
      caption={words.tasks.vectors}
      entries={vectors.map((vector, index) => ({ vector, line: lines[index] ?? '', place: String(index) }))}
      keyOf={({ place }) => place}
      columns={[
        { head: words.line, cell: ({ line }) => line },
        { head: words.vector, isNumber: true, cell: ({ vector }) => <Numbers vector={vector} /> },
        { head: words.likeness, isNumber: true, cell: ({ vector }) => shown(likenessOf(first, vector)) },
      ]}
    />
  )
}

function Numbers({ vector }: { readonly vector: readonly number[] }) {
  const words = useWords().playground
  return (
    <>
      {words.numbers(vector.length)}
      <div className="faint">
        {vector.slice(0, FIRST_NUMBERS).map(shown).join(' ')}
        {vector.length > FIRST_NUMBERS && ' …'}
      </div>
    </>
  )
}

/** What a text was rated as, the highest first. */
export function Scores({ scores }: { readonly scores: readonly Score[] }) {
  const words = useWords().playground
  return (
    <List
      caption={words.tasks.rating}
      entries={scores}
      keyOf={({ name }) => name}
      columns={[
        { head: words.category, cell: ({ name }) => <code>{name}</code> },
        { head: words.score, isNumber: true, cell: ({ score }) => shown(score) },
        { head: words.flagged, cell: ({ isFlagged }) => (isFlagged ? <Tag kind="bad">{words.yes}</Tag> : words.no) },
      ]}
    />
  )
}

const shown = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(4))
