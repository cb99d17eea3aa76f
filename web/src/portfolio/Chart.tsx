import { useComputedColorScheme } from '@mantine/core';
import { AreaSeries, createChart, LineSeries, LineStyle } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { Currency } from '../gql/graphql';
import { formatMoney } from '../lib/money';
import { dayToIso } from '../lib/time';

export interface Points {
  days: number[];
  value: number[];
  deposits: number[];
  index: (number | null)[];
}

const cssVariable = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The value as an area, what was put in as a line, and the market as if it had begun with the same value. */
export function Chart({ points, currency }: { points: Points; currency: Currency }) {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    if (!element.current) return undefined;
    const line = cssVariable('--dd-line');
    const chart = createChart(element.current, {
      autoSize: true,
      layout: {
        background: { color: 'transparent' },
        textColor: cssVariable('--dd-muted'),
        fontFamily: "'Inter Variable', sans-serif",
        fontSize: 11,
        // The notice and the link stand in the footer of every page.
        attributionLogo: false,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      rightPriceScale: { borderVisible: false, entireTextOnly: true },
      timeScale: { borderColor: line, fixLeftEdge: true, fixRightEdge: true },
      handleScroll: { vertTouchDrag: false, mouseWheel: false },
      handleScale: { mouseWheel: false },
    });
    const formatter = (value: number) => formatMoney({ amount: value.toFixed(2), currency });
    const shared = {
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: 'custom', minMove: 0.01, formatter },
    } as const;
    const accent = cssVariable('--dd-accent');
    const days = points.days.map(dayToIso);
    const dots = (of: readonly (number | null)[]) =>
      days.flatMap((time, at) => {
        const value = of[at];
        return value == null ? [] : [{ time, value: value / 100 }];
      });
    chart
      .addSeries(AreaSeries, {
        ...shared,
        lineColor: accent,
        lineWidth: 2,
        topColor: `color-mix(in srgb, ${accent} 25%, transparent)`,
        bottomColor: 'transparent',
        pointMarkersVisible: days.length === 1,
      })
      .setData(dots(points.value));
    chart
      .addSeries(LineSeries, {
        ...shared,
        color: cssVariable('--dd-muted'),
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
      })
      .setData(dots(points.deposits));
    const first = points.value[0] ?? 0;
    chart
      .addSeries(LineSeries, {
        ...shared,
        color: cssVariable('--dd-src-cardmarket'),
        lineWidth: 1,
        lineStyle: LineStyle.Dotted,
      })
      .setData(dots(points.index.map((level) => (level === null || first === 0 ? null : level * first))));
    chart.timeScale().fitContent();
    return () => chart.remove();
    // The scheme is read through CSS variables: a change of it draws the chart anew.
  }, [points, currency, scheme]);
  return (
    <div
      ref={element}
      className="chart"
      role="figure"
      aria-label="Value of the portfolio day by day. The same numbers follow as a table."
      data-testid="portfolio-chart"
    />
  );
}
