import { isolated, node, personText } from '../parts/node.ts'
import { clockIn } from '../words/moment.ts'
import { entryOf } from '../words/trouble.ts'
import { alertPlace, choice, choices, place, pressButton, textField } from './controls.ts'
import type { Drawing } from './drawing.ts'
import { errorAt } from './drawing.ts'
import type { Destination, Way } from './read-offer.ts'
import { begunOf, chosenDestination, chosenVoucher, isOtherVoucher } from './step-state.ts'

/** The content of the chosen way, below its radio. */
export function drawWay(drawing: Drawing, way: Way, label: string): HTMLElement {
  return node(
    'div',
    { id: `inside-${way.name}`, class: 'inside', role: 'group', 'aria-label': label },
    ...contents(drawing, way),
    alertPlace('inside-error', errorAt(drawing, 'inside')),
  )
}

function contents(drawing: Drawing, way: Way): readonly HTMLElement[] {
  switch (way.kind) {
    case 'call_back':
      return callBack(drawing, way)
    case 'in_person':
      return inPerson(drawing, way)
    case 'sent_code':
      return sentCode(drawing, way)
    case 'confirmed':
      return confirmed(drawing, way)
    case 'second_person':
      return secondPerson(drawing, way)
    case 'application':
      return [answerField(drawing, drawing.words.answer, false)]
    default:
      return way.kind satisfies never
  }
}

function callBack(drawing: Drawing, way: Way): readonly HTMLElement[] {
  const { words } = drawing
  return [
    node('p', { class: 'hint' }, words.callBackHint),
    destinations(drawing, way, words.numberWhich, (one) => numberOf(drawing, way, one)),
    node('p', { class: 'hint' }, words.otherNumberHint),
  ]
}

/** The number, or the button that shows it. */
function numberOf({ state, words, on }: Drawing, way: Way, one: Destination): HTMLElement {
  const key = JSON.stringify([way.name, one.name])
  const begun = state.begun.get(key)
  if (begun?.number !== undefined)
    return node('span', { class: 'number' }, personText(begun.number))
  return pressButton({
    id: `show-${one.name}`,
    label: words.showNumber,
    busyLabel: words.showing,
    state: state.busy?.key === key ? 'busy' : one.closed || state.busy ? 'off' : 'on',
    describedBy: `destination-${one.name}-title`,
    onPress: () => on.begin(one.name),
  })
}

/** The numbers or addresses. One alone needs no radio. */
function destinations(
  drawing: Drawing,
  way: Way,
  legend: string,
  beside: (one: Destination) => HTMLElement | undefined,
): HTMLElement {
  const { state, words, on } = drawing
  const notes: Readonly<Record<Destination['of'], string | undefined>> = {
    person: undefined,
    place: words.numberOfPlace,
    voucher: words.numberOfVoucher,
  }
  const rows = way.destinations.map((one) => {
    const id = `destination-${one.name}`
    const title = node('span', { id: `${id}-title` }, personText(one.title))
    const closed = entryOf(words.closed, 'destination_changed')
    const note = one.closed && typeof closed === 'string' ? closed : notes[one.of]
    const head =
      way.destinations.length === 1
        ? node('span', { class: 'name' }, title, note === undefined ? undefined : ` (${note})`)
        : choice({
            id,
            group: 'destination',
            label: title,
            note,
            chosen: chosenDestination(state, way) === one.name,
            off: one.closed,
            onChoose: () => on.chooseDestination(one.name),
          })
    return node('div', { class: 'numbers' }, head, place(beside(one)))
  })
  return way.destinations.length === 1 ? place(...rows) : choices(legend, 'inside-error', ...rows)
}

function inPerson({ state, words, on }: Drawing, way: Way): readonly HTMLElement[] {
  return [
    choices(
      words.documentWhat,
      'inside-error',
      ...way.documents.map((document) =>
        choice({
          id: `document-${document}`,
          group: 'document',
          label: entryOf(words.documents, document) ?? document,
          chosen: state.document === document,
          onChoose: () => on.chooseDocument(document),
        }),
      ),
    ),
    node('p', { class: 'hint' }, words.documentHint),
  ]
}

function sentCode(drawing: Drawing, way: Way): readonly HTMLElement[] {
  const { state, words, locale } = drawing
  const begun = begunOf(state, way)
  const several = way.destinations.length > 1
  return [
    place(several ? destinations(drawing, way, words.addressWhich, () => undefined) : undefined),
    place(
      begun && node('p', {}, words.sent(clockIn(locale, begun.at), clockIn(locale, begun.until))),
      begun && node('p', {}, words.codeAsk),
    ),
    place(begun && answerField(drawing, words.code, true)),
    sendButton(drawing, begun === undefined ? words.sendCode : words.sendNewCode, words.sending),
  ]
}

function confirmed(drawing: Drawing, way: Way): readonly HTMLElement[] {
  const { state, words, locale } = drawing
  const begun = begunOf(state, way)
  return [
    place(
      begun && node('p', {}, words.asked(clockIn(locale, begun.at), clockIn(locale, begun.until))),
      node('p', { class: 'hint' }, words.confirmHint),
    ),
    sendButton(drawing, words.askNow, words.sending),
  ]
}

function sendButton({ state, on }: Drawing, label: string, busyLabel: string): HTMLElement {
  return node(
    'div',
    { class: 'actions' },
    pressButton({
      id: 'send',
      label,
      busyLabel,
      state: state.busy?.with === 'begin' ? 'busy' : state.busy ? 'off' : 'on',
      onPress: () => on.begin(),
    }),
  )
}

function secondPerson(drawing: Drawing, way: Way): readonly HTMLElement[] {
  const { state, words, person, on } = drawing
  const isOther = isOtherVoucher(state, way)
  const chosen = chosenVoucher(state, way)
  const name = way.vouchers.find(({ id }) => id === chosen)?.name
  const shown = isOther || name === undefined ? words.voucherOtherName : isolated(name)
  return [
    choices(
      words.voucherWho,
      'voucher-error',
      ...way.vouchers.map((one, at) =>
        choice({
          id: `voucher-${at}`,
          group: 'voucher',
          label: personText(one.name),
          chosen: !isOther && chosen === one.id,
          onChoose: (byHand) => on.chooseVoucher(one.id, byHand),
        }),
      ),
      way.vouchers.length === 0
        ? place()
        : choice({
            id: 'voucher-other',
            group: 'voucher',
            label: words.voucherOther,
            chosen: isOther,
            onChoose: on.chooseOther,
          }),
    ),
    place(
      isOther
        ? textField({
            id: 'voucher-id',
            label: words.voucherId,
            value: state.otherVoucher ?? '',
            error: undefined,
            locked: state.busy !== undefined,
            onInput: on.nameVoucher,
          })
        : undefined,
    ),
    alertPlace('voucher-error', errorAt(drawing, 'voucher')),
    place(
      chosen || isOther ? node('p', {}, words.voucherHint(shown, way.address, person)) : undefined,
    ),
    answerField(drawing, words.code, true, () => on.begin()),
  ]
}

function answerField(
  drawing: Drawing,
  label: string,
  isCode: boolean,
  onFocus?: () => void,
): HTMLElement {
  const { state, words, on } = drawing
  return textField({
    id: 'answer',
    label,
    hint: isCode ? words.codeHint : undefined,
    value: state.answer,
    numeric: isCode,
    error: errorAt(drawing, 'field'),
    locked: state.busy?.with === 'check',
    onInput: on.type,
    onFocus,
  })
}
