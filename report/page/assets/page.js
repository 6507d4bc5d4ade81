// What is here makes the page more comfortable; without it, all is there to be read.
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add('scripted');

  // A tip follows the pointer.
  const tip = document.getElementById('tip');
  const show = (text, x, y) => {
    tip.textContent = text;
    tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = tip;
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    tip.style.top = `${y - height - 12 < 4 ? y + 18 : y - height - 12}px`;
  };
  const hide = () => { tip.hidden = true; };
  addEventListener('scroll', hide, { passive: true });

  // Titles of pictures become tips, which come at once, and on touch screens too.
  for (const title of all('svg title')) {
    const of = title.parentNode;
    of.dataset.tip = title.textContent;
    title.remove();
  }
  document.addEventListener('pointerover', (e) => {
    const of = e.target.closest?.('[data-tip]');
    if (of) show(of.dataset.tip, e.clientX, e.clientY);
    else if (!e.target.closest?.('.plot')) hide();
  });

  // The values of lines under the pointer.
  const number = (v) => (Math.abs(v) >= 999.5 ? Math.round(v).toLocaleString('en') : String(Number(v.toPrecision(3))));
  const pair = (text) => text.split(' ').map(Number);
  const reader = (plot) => {
    const { stops, xunit, yunit } = plot.dataset;
    const [x0, x1] = pair(plot.dataset.x), [y0, y1] = pair(plot.dataset.y);
    const log = plot.dataset.log === 'true';
    const names = stops ? stops.split(' ') : null;
    // A path begins at a place (M) and goes on in steps (l).
    const places = (path) => {
      let x = 0, y = 0;
      return [...path.matchAll(/([Ml])(-?[\d.]+) ?(-?[\d.]+)/g)].map(([, command, stepX, stepY]) => {
        x = Number(stepX) + (command === 'l' ? x : 0);
        y = Number(stepY) + (command === 'l' ? y : 0);
        return [x, y];
      });
    };
    const lines = all('.series', plot).filter((s) => s.dataset.name && s.querySelector('.line')).map((series) => ({
      series,
      at: places(series.querySelector('.line').getAttribute('d')),
    }));
    const inUnit = (y) => {
      const share = 1 - y / 1000;
      return log ? y0 * (y1 / y0) ** share : y0 + (y1 - y0) * share;
    };
    // What lies at a place from 0 to 1000, as text; empty where nothing is.
    return (x) => {
      const found = [];
      let nearest = null;
      for (const { series, at } of lines) {
        if (getComputedStyle(series).display === 'none') continue;
        at.forEach(([px, py], i) => {
          if (nearest === null || Math.abs(px - x) < Math.abs(nearest.px - x)) nearest = { px, i };
        });
      }
      if (!nearest || Math.abs(nearest.px - x) > 60) return null;
      for (const { series, at } of lines) {
        if (getComputedStyle(series).display === 'none') continue;
        const here = at.find(([px]) => Math.abs(px - nearest.px) < 0.2);
        if (here) found.push(`${series.dataset.name}: ${number(inUnit(here[1]))} ${yunit}`);
      }
      const where = names ? names[nearest.i] : `${Number((x0 + (x1 - x0) * nearest.px / 1000).toFixed(1))} ${xunit}`;
      return { x: nearest.px, text: [where, ...found].join('\n') };
    };
  };
  const box = (plot, name) => {
    const element = document.createElement('div');
    element.className = name;
    element.hidden = true;
    plot.append(element);
    return element;
  };

  // Plots of one test share their time, and so their zoom: the part of the canvas that they show.
  const whole = { from: 0, to: 1000 };
  const zoom = (plots, view) => {
    for (const { plot, marks } of plots) {
      plot.view = view;
      plot.querySelector('.canvas').setAttribute('viewBox', `${view.from} 0 ${view.to - view.from} 1000`);
      const at = view === whole || !plot.dataset.x ? null : stops(view, marks.lines.length, pair(plot.dataset.x)[1]);
      marks.lines.forEach((line, i) => put(line, ['x1', 'x2'], at, i));
      marks.texts.forEach((text, i) => put(text, ['x'], at, i));
    }
  };
  // Round times in a view, as many as there are lines at most, and where they are.
  const stops = (view, most, length) => {
    const from = view.from * length / 1000, to = view.to * length / 1000;
    const power = 10 ** Math.floor(Math.log10((to - from) / most));
    const step = [1, 2, 5, 10, 20].map((digit) => digit * power).find((s) => (to - from) / s < most);
    const list = [];
    for (let i = Math.ceil(from / step); i * step <= to; i++) list.push({ value: i * step, share: (i * step - from) / (to - from) });
    return list;
  };
  // Puts a line or text of an axis at the i-th of some places; back to its own when there are none.
  const put = (element, names, places, i) => {
    element.own ??= { at: element.getAttribute(names[0]), text: element.textContent };
    const place = places?.[i];
    element.style.display = places && !place ? 'none' : '';
    for (const name of names) element.setAttribute(name, place ? `${100 * place.share}%` : element.own.at);
    if (names[0] === 'x') element.textContent = place ? number(Number(place.value.toPrecision(6))) : element.own.text;
  };
  const watch = (plot, group) => {
    let read = null;
    let begin = null;
    const cross = box(plot, 'cross'), drag = box(plot, 'drag');
    const place = (e) => {
      const r = plot.getBoundingClientRect();
      return Math.max(0, Math.min(1, (e.clientX - r.left) / r.width));
    };
    const inView = (share) => plot.view.from + share * (plot.view.to - plot.view.from);
    plot.view = whole;
    plot.addEventListener('pointermove', (e) => {
      if (begin !== null) {
        const [from, to] = [begin, place(e)].sort((a, b) => a - b);
        drag.style.left = `${100 * from}%`;
        drag.style.width = `${100 * (to - from)}%`;
      }
      if (e.target.closest('[data-tip]')) return;
      read ??= reader(plot);
      const found = read(inView(place(e)));
      cross.hidden = !found;
      if (!found) return hide();
      cross.style.left = `${100 * (found.x - plot.view.from) / (plot.view.to - plot.view.from)}%`;
      show(found.text, e.clientX, e.clientY);
    });
    plot.addEventListener('pointerleave', () => { cross.hidden = true; hide(); });
    if (!group) return;
    plot.addEventListener('pointerdown', (e) => {
      if (e.pointerType !== 'mouse' || e.button !== 0) return;
      begin = place(e);
      drag.hidden = false;
      drag.style.width = '0';
      plot.setPointerCapture(e.pointerId);
      e.preventDefault();
    });
    const end = (e) => {
      if (begin === null) return;
      const [from, to] = [begin, place(e)].sort((a, b) => a - b);
      begin = null;
      drag.hidden = true;
      if (e.type === 'pointerup' && to - from > 0.02) zoom(group, { from: inView(from), to: inView(to) });
    };
    plot.addEventListener('pointerup', end);
    plot.addEventListener('pointercancel', end);
    plot.addEventListener('dblclick', () => zoom(group, whole));
  };
  for (const panel of all('.times')) {
    const group = all('.plot', panel).map((plot) => ({
      plot, marks: { lines: all('line.grid[y2="100%"]', plot), texts: all('.tick.x', plot) },
    }));
    for (const { plot } of group) {
      plot.view = whole;
      if (plot.dataset.y) watch(plot, group);
    }
  }
  for (const plot of all('.plot[data-y]')) if (!plot.view) watch(plot, null);

  // Who looks at one test looks at it in all sections. Time lines are of a test (0), other panels of a load of it (0-1).
  const inputs = all('.tabs > input[data-load]');
  const testOf = (input) => input.dataset.load.split('-')[0];
  for (const input of inputs) {
    input.addEventListener('change', () => {
      const top = input.parentNode.getBoundingClientRect().top;
      for (const group of new Set(inputs.map((other) => other.name))) {
        const others = inputs.filter((other) => other.name === group && testOf(other) === testOf(input));
        const same = others.find((other) => other.dataset.load === input.dataset.load);
        if (same) same.checked = true;
        else if (others.length && !others.some((other) => other.checked)) others[0].checked = true;
      }
      scrollBy(0, input.parentNode.getBoundingClientRect().top - top);
    });
  }
  // A strategy that is hidden in one section is hidden in all.
  const boxes = all('.legend .show');
  const strategyOf = (input) => input.parentNode.className;
  for (const input of boxes) {
    input.addEventListener('change', () => {
      for (const other of boxes) if (strategyOf(other) === strategyOf(input)) other.checked = input.checked;
    });
  }

  // The contents say where one is.
  const links = new Map(all('.contents a').map((a) => [a.getAttribute('href').slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const a of links.values()) a.classList.remove('here');
      links.get(entry.target.id)?.classList.add('here');
    }
  }, { rootMargin: '0px 0px -80% 0px' });
  for (const section of all('main > section')) seen.observe(section);
})();
