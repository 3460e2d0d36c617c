//! Plots, as SVG.

use std::error::Error;

use plotters::prelude::*;

use crate::page;

const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 119, 180),
    RGBColor(255, 127, 14),
    RGBColor(44, 160, 44),
    RGBColor(214, 39, 40),
    RGBColor(148, 103, 189),
    RGBColor(120, 120, 120),
];

/// A bar: its name, its ratio, and the most that the ratio may be.
pub type Bar = (String, f64, Option<f64>);
/// A line: its name, and its points.
pub type Line = (String, Vec<(f64, f64)>);

/// Ratios as bars, each with its target as a mark, around the line at 1.
pub fn ratios(name: &str, title: &str, bars: &[Bar]) {
    warn(name, draw_ratios(name, title, bars));
}

/// Lines over a logarithmic axis each way.
pub fn lines(name: &str, title: &str, axes: (&str, &str), lines: &[Line]) {
    warn(name, draw_lines(name, title, axes, lines));
}

fn warn(name: &str, done: Result<(), Box<dyn Error>>) {
    if let Err(error) = done {
        eprintln!("the plot {name}: {error}");
    }
}

fn draw_ratios(name: &str, title: &str, bars: &[Bar]) -> Result<(), Box<dyn Error>> {
    let path = page::plot(name);
    let height = 90 + 26 * u32::try_from(bars.len())?;
    let area = SVGBackend::new(&path, (820, height)).into_drawing_area();
    area.fill(&WHITE)?;
    let most = bars.iter().map(|bar| bar.1.max(bar.2.unwrap_or(1.0)));
    let most = most.fold(1.2, f64::max) * 1.08;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .set_label_area_size(LabelAreaPosition::Left, 300)
        .set_label_area_size(LabelAreaPosition::Bottom, 26)
        .build_cartesian_2d(0.0..most, (0..bars.len()).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .y_label_formatter(&|place| match place {
            SegmentValue::CenterOf(index) => {
                let bar = bars.iter().rev().nth(*index);
                bar.map(|bar| bar.0.clone()).unwrap_or_default()
            }
            _ => String::new(),
        })
        .y_labels(bars.len())
        .draw()?;
    for (index, (_, ratio, target)) in bars.iter().rev().enumerate() {
        let (from, to) = (SegmentValue::Exact(index), SegmentValue::Exact(index + 1));
        let met = target.is_none_or(|target| *ratio <= target);
        let colour = if met { COLOURS[0] } else { COLOURS[3] };
        let mut bar = Rectangle::new([(0.0, from), (*ratio, to)], colour.filled());
        bar.set_margin(4, 4, 0, 0);
        chart.draw_series([bar])?;
        if let Some(target) = target {
            let mark = vec![
                (*target, SegmentValue::Exact(index)),
                (*target, SegmentValue::Exact(index + 1)),
            ];
            chart.draw_series([PathElement::new(mark, BLACK.stroke_width(2))])?;
        }
    }
    let one = vec![
        (1.0, SegmentValue::Exact(0)),
        (1.0, SegmentValue::Exact(bars.len())),
    ];
    chart.draw_series([PathElement::new(one, COLOURS[5].stroke_width(1))])?;
    area.present()?;
    Ok(())
}

fn draw_lines(
    name: &str,
    title: &str,
    axes: (&str, &str),
    lines: &[Line],
) -> Result<(), Box<dyn Error>> {
    let path = page::plot(name);
    let area = SVGBackend::new(&path, (820, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let points = || lines.iter().flat_map(|line| &line.1);
    let range = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::INFINITY, f64::min);
        let most = points().map(of).fold(0.0, f64::max);
        least / 1.5..most * 1.5
    };
    let (across, up) = (range(|point| point.0), range(|point| point.1));
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .set_label_area_size(LabelAreaPosition::Left, 70)
        .set_label_area_size(LabelAreaPosition::Bottom, 40)
        .build_cartesian_2d(across.log_scale(), up.log_scale())?;
    chart
        .configure_mesh()
        .x_desc(axes.0)
        .y_desc(axes.1)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for ((name, points), colour) in lines.iter().zip(COLOURS.iter().cycle().copied()) {
        let line = LineSeries::new(points.iter().copied(), colour.stroke_width(2)).point_size(3);
        chart
            .draw_series(line)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(COLOURS[5])
        .draw()?;
    area.present()?;
    Ok(())
}
