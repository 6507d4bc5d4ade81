// Takes pictures of a report's page in Chromium, section by section: OUT/<width>-<section>.png, and OUT/report.png of its top.
import { browser } from 'k6/browser';

export const options = {
  scenarios: { page: { executor: 'shared-iterations', maxDuration: '5m', options: { browser: { type: 'chromium' } } } },
};

const visits = [
  { name: 'desk', width: 1280 },
  { name: 'phone', width: 360 },
  { name: 'print', width: 700, media: 'print' }, // A4 without its margins
];

export default async function () {
  for (const { name, width, media } of visits) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(`file://${__ENV.PAGE}`);
    if (media) await page.emulateMedia({ media });
    if (name === 'desk') await page.screenshot({ path: `${__ENV.OUT}/report.png` });
    let n = 0;
    for (const section of await page.$$('#top, main > section')) {
      const id = await section.getAttribute('id');
      await section.screenshot({ path: `${__ENV.OUT}/${name}-${String(n++).padStart(2, '0')}-${id}.png` });
    }
    await page.close();
    await context.close();
  }
}
