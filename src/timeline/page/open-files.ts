import type {App} from './app'
import {byId} from './dom'
import {GrowingLog} from './growing-log'
import {readFile} from './read-file'
import {Renewal} from './renewal'

/** Files that are dropped on the page, or chosen: each log is shown as it is read, below the one before. */
export function listenToFiles(app: App): void {
  const drop = byId('drop')
  const chooser = byId<HTMLInputElement>('files')
  const isOfFiles = ({dataTransfer}: DragEvent) => dataTransfer?.types.includes('Files') ?? false
  addEventListener('dragover', (event) => {
    if (!isOfFiles(event)) return
    event.preventDefault()
    drop.hidden = false
  })
  addEventListener('dragleave', ({relatedTarget}) => {
    if (!relatedTarget) drop.hidden = true
  })
  addEventListener('drop', (event) => {
    if (!isOfFiles(event)) return
    event.preventDefault()
    drop.hidden = true
    openFiles(app, [...(event.dataTransfer?.files ?? [])])
  })
  byId('open').onclick = () => chooser.click()
  chooser.onchange = () => {
    openFiles(app, [...(chooser.files ?? [])])
    // The same file can be chosen again: it may have grown.
    chooser.value = ''
  }
}

async function openFiles(app: App, files: readonly File[]): Promise<void> {
  if (files.length === 0) return
  const all = byLog(files)
  const logs: GrowingLog[] = []
  let isShown = false
  const renewal = new Renewal(() => {
    // Whoever has opened other files meanwhile wants to see those.
    if (app.opened !== all) return
    const views = logs.map((log) => log.view())
    if (isShown) app.renew(views)
    else app.show(views, '')
    isShown = true
  })
  app.opened = all
  app.notes = []
  document.body.ariaBusy = 'true'
  for (const [name, parts] of all) {
    const log = new GrowingLog(name)
    logs.push(log)
    for (const file of parts) {
      app.status = `reading ${file.name}`
      const fault = await readFile(log, file, (share) => {
        if (share !== undefined) app.status = `reading ${file.name}: ${Math.floor(share * 100)} %`
        renewal.soon()
      })
      if (app.opened !== all) return
      if (fault !== undefined) app.notes = [...app.notes, `${file.name}: ${fault}`]
    }
  }
  app.status = ''
  document.body.ariaBusy = 'false'
  renewal.now()
}

/** The files of each log: a log and its rotated files are one, in the order of their numbers, the log itself at last. */
export function byLog(files: readonly File[]): Map<string, File[]> {
  const numbered = files.map((file) => {
    const [, name = file.name, number] = /^(.+?)(?:\.([1-9]\d{0,6}))?(?:\.gz)?$/.exec(file.name) ?? []
    return {file, name, number: number === undefined ? Number.POSITIVE_INFINITY : Number(number)}
  })
  const logs = new Map<string, File[]>()
  for (const {file, name} of numbered.sort((a, b) => a.number - b.number)) {
    logs.set(name, [...(logs.get(name) ?? []), file])
  }
  return logs
}
