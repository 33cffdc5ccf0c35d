// The report in a browser: at a phone's and a desktop's width, light and dark, without a violation that axe-core knows, and moved by keys.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { source } from 'axe-core'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratchFolder } from '../support/scratch.js'
import { ngrad } from './run.js'

const chromium = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

describe.runIf(chromium)('the report', { timeout: 120_000 }, () => {
  const path = join(scratchFolder(), 'report.html')
  let browser: Browser
  beforeAll(async () => {
    const rules = 'hebbian,nodePerturbation,equilibriumPropagation,differenceTargetPropagation,recurrentBackprop,backprop'
    expect((await ngrad(['spectrum', '--rules', rules, '--epochs', '1', '--seeds', '2', '--html', path])).code).toBe(0)
    browser = await launch({ executablePath: chromium!, args: ['--no-sandbox', '--disable-gpu'] })
  }, 120_000)
  afterAll(() => browser?.close())

  async function open(width: number, scheme: 'light' | 'dark'): Promise<Page> {
    const page = await browser.newPage()
    await page.setViewport({ width, height: 800 })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.goto(pathToFileURL(path).href)
    return page
  }

  it.each([
    [360, 'light'],
    [390, 'dark'],
    [768, 'light'],
    [1440, 'dark'],
  ] as const)('has no violation at %i pixels, %s, and is no wider', async (width, scheme) => {
    const page = await open(width, scheme)
    await page.evaluate(source)
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run())
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.close()
  })

  it('moves its tables by keys, and reaches every paper', async () => {
    const page = await open(390, 'light')
    const wide = await page.evaluate(() => document.querySelectorAll('table').length)
    expect(wide).toBe(2)
    const reached: string[] = []
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '')
      if (name === 'Claims') {
        await page.keyboard.press('ArrowRight')
        await page.waitForFunction(() => document.activeElement!.scrollLeft > 0)
      }
      reached.push(name)
    }
    expect(reached).toContain('Claims')
    expect(reached).toContain('The end of training')
    expect(reached).toContain('Equations of backprop')
    expect(reached).toContain('Rumelhart, Hinton & Williams 1986')
    await page.close()
  })

  it('has a line for chance, and the angle that matters for rules that settle', async () => {
    const page = await open(1440, 'light')
    expect(await page.evaluate(() => document.querySelectorAll('.strip .chance').length)).toBe(6)
    const labels = await page.evaluate(() => [...document.querySelectorAll('svg')].map((svg) => svg.getAttribute('aria-label')!))
    expect(labels.filter((label) => label.includes('to recurrent backprop'))).toEqual([
      expect.stringMatching(/^Angle of equilibriumPropagation to recurrent backprop by epoch; at the end \d+, \d+ degrees/),
      'Angle of recurrentBackprop to recurrent backprop by epoch; at the end 0, 0 degrees, layer by layer',
    ])
    await page.close()
  })
})
