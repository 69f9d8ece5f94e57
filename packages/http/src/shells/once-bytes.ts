/**
 * A stream that gives `bytes` away: their memory goes over to the reader, so that no copy stays
 * behind. `undelivered` is called when nobody reads them, or when the reader stops before the end.
 *
 * Bytes that were taken are not wiped: a server may still be sending them to a slow client, who
 * would then get zeros.
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
      // A reader that brought its own buffer waits to be answered (Streams, section 4.7.3).
      controller.byobRequest?.respond(0)
    },
    cancel: () => {
      if (!taken) bytes.fill(0)
      undelivered()
    },
  })
}
