import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Asked, Empty, Field, List, Page, Tag } from '../../parts/index.ts'
import type { Letter, ListOf } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Every letter that is sent, with its class and what fills it. */
export function LettersPage() {
  const words = useWords().letters
  const [sought, setSought] = useState('')
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="filters">
        <Field label={words.find} type="search" value={sought} onChange={(event) => setSought(event.target.value)} />
      </div>
      <Asked<ListOf<Letter>> path="/operator/v1/letters">
        {({ data }) => <Letters letters={data.filter(({ key }) => key.includes(sought.trim().toLowerCase()))} />}
      </Asked>
    </Page>
  )
}

function Letters({ letters }: { readonly letters: readonly Letter[] }) {
  const words = useWords().letters
  const navigate = useNavigate()
  if (letters.length === 0) return <Empty>{words.none}</Empty>
  return (
    <List
      caption={words.title}
      entries={letters}
      keyOf={({ key }) => key}
      onOpen={({ key }) => void navigate({ to: `/letters/${key}` })}
      columns={[
        { head: words.key, cell: ({ key }) => <Link to={`/letters/${key}`}>{key}</Link> },
        {
          head: words.class,
          cell: (letter) => <Tag kind={letter.class === 'critical' ? 'todo' : 'good'}>{words.classes[letter.class]}</Tag>,
        },
        { head: words.topic, cell: ({ topic }) => (topic === null ? words.always : words.topics[topic]) },
        { head: words.fields, cell: ({ fields }) => (fields.length === 0 ? words.noFields : <code>{fields.join(', ')}</code>) },
      ]}
    />
  )
}
