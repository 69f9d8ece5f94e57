import { describe, expect, it } from 'vitest'
import { onceBytes } from './once-bytes.ts'

function subject() {
  const bytes = new Uint8Array(new ArrayBuffer(100)).fill(0x41)
  const lost: string[] = []
  return { bytes, lost, stream: onceBytes(bytes, () => void lost.push('lost')) }
}

describe('onceBytes', () => {
  it('gives the bytes away, so that nothing of them stays here', async () => {
    const { bytes, lost, stream } = subject()
    expect(await new Response(stream).text()).toBe('A'.repeat(100))
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0])
    expect(lost).toEqual([])
  })

  it('does not wipe what a slow reader still has', async () => {
    const { stream } = subject()
    const reader = stream.getReader()
    const first = await reader.read()
    expect((await reader.read()).done).toBe(true)
    expect(first.value?.every((byte) => byte === 0x41)).toBe(true)
  })

  it('serves a reader that brings its own memory', async () => {
    const { stream } = subject()
    const reader = stream.getReader({ mode: 'byob' })
    const { value } = await reader.read(new Uint8Array(200))
    expect(new TextDecoder().decode(value)).toBe('A'.repeat(100))
    expect((await reader.read(new Uint8Array(200))).done).toBe(true)
  })

  it('wipes the bytes and says so when nobody wants them', async () => {
    const { bytes, lost, stream } = subject()
    await stream.cancel()
    expect(bytes.every((byte) => byte === 0)).toBe(true)
    expect(lost).toEqual(['lost'])
  })

  it('says so when the reader stops before the end', async () => {
    const { lost, stream } = subject()
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel()
    expect(lost).toEqual(['lost'])
  })
})
