/** Saves a text as a file, made here when it is pressed. */
export function SaveButton(about: { readonly label: string; readonly name: string; readonly type: string; readonly text: () => string }) {
  const { label, name, type, text } = about
  const save = () => {
    const url = URL.createObjectURL(new Blob([text()], { type }))
    Object.assign(document.createElement('a'), { href: url, download: name }).click()
    setTimeout(() => URL.revokeObjectURL(url), 1_000)
  }
  return (
    <button type="button" onClick={save}>
      {label}
    </button>
  )
}
