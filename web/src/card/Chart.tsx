import { useComputedColorScheme } from '@mantine/core';
import {
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type MouseEventParams,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import type { Currency, Finish } from '../gql/graphql';
import { type Line, lineKey, toDots, toPieces } from '../lib/history';
import { CURRENCIES, SOURCE } from '../lib/labels';
import { formatMoney, formatPercent } from '../lib/money';
import { formatDay } from '../lib/time';
import { liveStore } from '../live/store';

interface Props {
  lines: readonly Line[];
  percent: boolean;
  printingId: string;
  name: string;
}

const STYLE: Record<Finish, LineStyle> = {
  NONFOIL: LineStyle.Solid,
  FOIL: LineStyle.Dashed,
  ETCHED: LineStyle.Dotted,
};
const SCALES = ['right', 'left', 'third'] as const;
const AXIS_WORDS = ['on the right axis', 'on the left axis', 'without an axis'] as const;

function cssVariable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function sourceColor(line: Line): string {
  return cssVariable(`--dd-src-${line.source.toLowerCase().replaceAll('_', '-')}`);
}

function makeChart(element: HTMLElement): IChartApi {
  const line = cssVariable('--dd-line');
  return createChart(element, {
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
    leftPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: {
      borderColor: line,
      fixLeftEdge: true,
      fixRightEdge: true,
      lockVisibleTimeRangeOnResize: true,
    },
    crosshair: { vertLine: { labelVisible: false }, horzLine: { visible: false, labelVisible: false } },
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false },
  });
}

interface Drawn {
  line: Line;
  pieces: ISeriesApi<'Line'>[];
  base: number;
  lastDay: string;
}

function axisOf(currencies: readonly Currency[], currency: Currency): (typeof SCALES)[number] {
  return SCALES[currencies.indexOf(currency)] ?? 'third';
}

function addLine(chart: IChartApi, line: Line, scale: string, percent: boolean): Drawn | null {
  const pieces = toPieces(toDots(line.series));
  const base = pieces[0]?.[0]?.value;
  if (base === undefined) return null;
  const scaled = (value: number) => (percent ? (value / base - 1) * 100 : value);
  const formatter = (value: number) =>
    percent
      ? formatPercent(value.toFixed(1))
      : formatMoney({ amount: value.toFixed(2), currency: line.currency });
  const series = pieces.map((piece) => {
    const one = chart.addSeries(LineSeries, {
      color: sourceColor(line),
      lineWidth: 2,
      lineStyle: STYLE[line.finish],
      priceScaleId: percent ? 'right' : scale,
      priceLineVisible: false,
      lastValueVisible: false,
      crosshairMarkerRadius: 3,
      // A day alone is no line, but it is a price.
      pointMarkersVisible: piece.length === 1,
      priceFormat: { type: 'custom', minMove: 0.01, formatter },
    });
    one.setData(piece.map((dot) => ({ time: dot.time, value: scaled(dot.value) })));
    return one;
  });
  return { line, pieces: series, base, lastDay: pieces.at(-1)?.at(-1)?.time ?? '' };
}

/** Moves the end of a line with the market, without redrawing the rest. */
function follow(drawn: Drawn, printingId: string, percent: boolean): () => void {
  const key = lineKey(drawn.line, printingId);
  return liveStore.subscribe(key, () => {
    const price = liveStore.get(key)?.price;
    const day = price?.observedAt.slice(0, 10);
    if (!price?.money || !day || day < drawn.lastDay) return;
    const value = Number(price.money.amount);
    drawn.pieces.at(-1)?.update({ time: day, value: percent ? (value / drawn.base - 1) * 100 : value });
  });
}

interface Reading {
  day: string;
  values: { id: string; label: string; source: Line['source']; text: string }[];
}

function read(event: MouseEventParams, drawn: readonly Drawn[], percent: boolean): Reading | null {
  if (typeof event.time !== 'string') return null;
  const values = drawn.flatMap(({ line, pieces }) => {
    for (const piece of pieces) {
      const point = event.seriesData.get(piece);
      if (point && 'value' in point) {
        const text = percent
          ? formatPercent(point.value.toFixed(1))
          : formatMoney({ amount: point.value.toFixed(2), currency: line.currency });
        return [{ id: line.id, label: line.label, source: line.source, text }];
      }
    }
    return [];
  });
  return values.length > 0 ? { day: event.time, values } : null;
}

export function Chart({ lines, percent, printingId, name }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const [reading, setReading] = useState<Reading | null>(null);
  const currencies = CURRENCIES.filter((currency) => lines.some((line) => line.currency === currency));
  const axes = currencies.join();
  useEffect(() => {
    if (!element.current) return undefined;
    const chart = makeChart(element.current);
    const order = axes.split(',') as Currency[];
    chart.applyOptions({ leftPriceScale: { visible: !percent && order.length > 1 } });
    const drawn = lines.flatMap((line) => addLine(chart, line, axisOf(order, line.currency), percent) ?? []);
    const stops = drawn.map((one) => follow(one, printingId, percent));
    chart.timeScale().fitContent();
    chart.subscribeCrosshairMove((event) => setReading(read(event, drawn, percent)));
    return () => {
      for (const stop of stops) stop();
      chart.remove();
    };
    // The scheme is read through CSS variables: a change of it draws the chart anew.
  }, [lines, percent, printingId, axes, scheme]);
  const sources = [...new Set(lines.map((line) => SOURCE[line.source]))].join(', ');
  return (
    <div className="chart-frame">
      <div
        ref={element}
        className="chart"
        role="figure"
        aria-label={`Price history of ${name}: ${sources}. The same numbers follow as a table.`}
        data-testid="price-chart"
      />
      <div className="chart-reading" aria-hidden="true">
        {reading ? (
          <>
            <strong>{formatDay(reading.day)}</strong>
            {reading.values.map((value) => (
              <span key={value.id} className="nowrap">
                <span className={`dot src-${value.source}`} /> {value.label}{' '}
                <b className="num">{value.text}</b>
              </span>
            ))}
          </>
        ) : (
          <span className="muted">
            {lines.length === 0
              ? 'All lines are switched off.'
              : percent
                ? 'Change since the first day shown'
                : currencies.map((currency, at) => `${currency} ${AXIS_WORDS[at] ?? ''}`).join(', ')}
          </span>
        )}
      </div>
    </div>
  );
}
