/**
 * A stream that gives
 * `bytes` away: their memory goes over to whoever reads, so that no copy stays behind. When nobody wants them, or whoever has taken them stops before the end, `undelivered`
 * is called.
 *
 * They are not wiped after they were taken: a server may still be sending them to a slow client,
 * who would then get zeros.
 */
export function onceBytes(
  bytes: Uint8Array<ArrayBuffer>,
  undelivered: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let taken = false
  return new ReadableStream({
    type: 'bytes',
    pull: (controller) => {
      if (!taken) {
        taken = true
        return controller.enqueue(bytes)
      }
      controller.close()
      // A reader that brought its own buffer waits for an answer of its own (Streams, section
      // 4.7.3).
      controller.byobRequest?.respond(0)
    },
    cancel: () => {
      if (!taken) bytes.fill(0)
      undelivered()
    },
  })
}
