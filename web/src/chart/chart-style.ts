import { ColorType, TickMarkType, type Time } from 'lightweight-charts';
import { formatNumber } from '../format/price.ts';
import { formatTime } from '../format/time.ts';
import { thin, type ChartColours } from './chart-colours.ts';

const millisecondsOf = (time: Time) => Number(time) * 1000;

/** Options of the whole chart: colours, font, and times in the viewer's time zone. */
export const chartStyle = ({ panel, ink, faint, rule, face }: ChartColours) => ({
  layout: {
    background: { type: ColorType.Solid, color: panel },
    textColor: ink,
    fontFamily: face,
    panes: { separatorColor: rule, separatorHoverColor: thin(rule, 0.6) },
  },
  grid: { vertLines: { color: thin(rule, 0.55) }, horzLines: { color: thin(rule, 0.55) } },
  rightPriceScale: { borderColor: rule, entireTextOnly: true },
  timeScale: {
    borderColor: rule,
    tickMarkFormatter: (time: Time, type: TickMarkType) =>
      formatTime(
        millisecondsOf(time),
        type >= TickMarkType.Time ? 'minute' : type === TickMarkType.DayOfMonth ? 'day' : 'month',
      ),
  },
  crosshair: {
    vertLine: { color: faint, labelBackgroundColor: ink },
    horzLine: { color: faint, labelBackgroundColor: ink },
  },
  localization: { locale: 'en-GB', timeFormatter: (time: Time) => formatTime(millisecondsOf(time), 'full') },
});

/** Options of the candlestick series: its colours, and prices with `decimals` decimals. */
export const candleStyle = (colours: ChartColours, decimals: number) => ({
  upColor: colours.up,
  downColor: colours.down,
  wickUpColor: colours.up,
  wickDownColor: colours.down,
  priceLineColor: colours.faint,
  priceFormat: {
    type: 'custom' as const,
    minMove: 10 ** -decimals,
    formatter: (price: number) => formatNumber(price, decimals),
  },
});
