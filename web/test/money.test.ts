import { describe, expect, it } from 'vitest';
import {
  compareAmounts,
  direction,
  formatMoney,
  formatPercent,
  fromMinor,
  percentChange,
  toMinor,
} from '../src/lib/money';

describe('amounts', () => {
  it('stay exact where floats would not', () => {
    expect(toMinor('0.29')).toBe(29n);
    expect(toMinor('1.1')).toBe(110n);
    expect(toMinor('90071992547409.93')).toBe(9007199254740993n);
    expect(fromMinor(9007199254740993n)).toBe('90071992547409.93');
    expect(fromMinor(-5)).toBe('-0.05');
  });

  it('refuse what is not a decimal', () => {
    expect(() => toMinor('12,50')).toThrow(TypeError);
    expect(() => toMinor('')).toThrow(TypeError);
  });

  it('compare by value, not by text', () => {
    expect(compareAmounts('9.00', '10.00')).toBe(-1);
    expect(compareAmounts('1.5', '1.50')).toBe(0);
    expect(direction('2.00', '1.99')).toBe('down');
    expect(direction(null, '1.99')).toBe('flat');
  });
});

describe('change in per cent', () => {
  it('rounds half away from zero', () => {
    expect(percentChange('100.00', '100.05')).toBe('0.1');
    expect(percentChange('100.00', '99.95')).toBe('-0.1');
    expect(percentChange('3.00', '4.00')).toBe('33.3');
    expect(percentChange('3.00', '2.00')).toBe('-33.3');
  });

  it('has no answer without a base', () => {
    expect(percentChange('0.00', '1.00')).toBeNull();
  });

  it('carries its sign in the text', () => {
    expect(formatPercent('12.3')).toBe('+12.3 %');
    expect(formatPercent('-12.3')).toBe('−12.3 %');
    expect(formatPercent('0.0')).toBe('0.0 %');
    expect(formatPercent(null)).toBe('—');
  });
});

describe('money for people', () => {
  it('shows a missing price as a dash, never as zero', () => {
    expect(formatMoney(null)).toBe('—');
    expect(formatMoney({ amount: '0.10', currency: 'TIX' })).toMatch(/^0[.,]10 tix$/);
    expect(formatMoney({ amount: '1234.50', currency: 'USD' })).toContain('$');
  });

  it('formats large amounts digit by digit', () => {
    const text = formatMoney({ amount: '90071992547409.93', currency: 'EUR' });
    expect(text.replace(/\D/g, '')).toBe('9007199254740993');
  });
});
