//! Generates numbers between their bounds, including the bounds themselves.

use super::{Flat, Values};
use serde_json::{Value, json};

impl Values {
    pub(super) fn integer(&mut self, schema: &Flat) -> Option<Value> {
        let number = self.integer_in(schema)?;
        // For JSON Schema, 12.0 is an integer. Beyond 2^53, the float would be a different number.
        if self.rng.u8(0..5) == 0 && number.unsigned_abs() < 1 << 53 {
            #[allow(clippy::cast_precision_loss, reason = "exact below 2^53")]
            return Some(json!(number as f64));
        }
        // Other numbers are beyond the range of `serde_json::Number`.
        i64::try_from(number).map(|number| json!(number)).or_else(|_| u64::try_from(number).map(|number| json!(number))).ok()
    }

    pub(super) fn integer_in(&mut self, schema: &Flat) -> Option<i128> {
        let bound = |key: &str| schema.get(key).and_then(exact);
        let floor = bound("exclusiveMinimum").map(|bound| bound + 1);
        let ceiling = schema.get("exclusiveMaximum").and_then(exact_ceiling).map(|bound| bound - 1);
        let low = floor.max(schema.get("minimum").and_then(exact_ceiling)).unwrap_or(i64::MIN.into());
        let high = [ceiling, bound("maximum")].into_iter().flatten().min().unwrap_or(i64::MAX.into());
        // `serde_json::Value` has no larger integers.
        let (low, high) = (low.max(i64::MIN.into()), high.min(u64::MAX.into()));
        let step = schema.get("multipleOf").and_then(exact).filter(|step| *step > 1).unwrap_or(1);
        // Choose a number of steps.
        let (low, high) = (low.div_euclid(step) + i128::from(low.rem_euclid(step) > 0), high.div_euclid(step));
        if low > high {
            return None;
        }
        let number = match self.rng.u8(0..6) {
            0 => low,
            1 => high,
            2 => 0.clamp(low, high),
            3 => self.rng.i128(low..=high),
            _ => self.rng.i128(0..100_000).clamp(low, high),
        };
        Some(number * step)
    }

    pub(super) fn number(&mut self, schema: &Flat) -> Option<Value> {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let bounds = |keys: [&str; 2]| keys.into_iter().filter_map(bound).collect::<Vec<_>>();
        let low = bounds(["minimum", "exclusiveMinimum"]).into_iter().reduce(f64::max);
        let high = bounds(["maximum", "exclusiveMaximum"]).into_iter().reduce(f64::min);
        let is_excluded = |number: f64| [bound("exclusiveMinimum"), bound("exclusiveMaximum")].contains(&Some(number));
        let number = match bound("multipleOf") {
            Some(step) => self.multiple(step, low, high, is_excluded)?,
            None => self.number_between(low, high, is_excluded),
        };
        // A number may be written without a fraction.
        #[allow(clippy::cast_possible_truncation, reason = "below 2^53")]
        Some(if number.fract() == 0.0 && number.abs() < 9e15 && self.rng.bool() { json!(number as i64) } else { json!(number) })
    }

    fn multiple(&mut self, step: f64, low: Option<f64>, high: Option<f64>, is_excluded: impl Fn(f64) -> bool) -> Option<f64> {
        let (low, high) = or_near(low, high, 1000.0 * step);
        #[allow(clippy::cast_possible_truncation, reason = "far from the limits, and the judge has the last word")]
        let (least, most) = ((low / step).ceil() as i64, (high / step).floor() as i64);
        #[allow(clippy::cast_precision_loss, reason = "a small count")]
        let times = |count: i64| count as f64 * step;
        let least = least.saturating_add(is_excluded(times(least)).into());
        let most = most.saturating_sub(is_excluded(times(most)).into());
        (least <= most).then(|| times(self.rng.i64(least..=most)))
    }

    fn number_between(&mut self, low: Option<f64>, high: Option<f64>, is_excluded: impl Fn(f64) -> bool) -> f64 {
        let (low, high) = or_near(low, high, 1000.0);
        // Eighths are exact in both float types.
        let number = match self.rng.u8(0..6) {
            0 => low,
            1 => high,
            2 if low <= 0.0 && high >= 0.0 => 0.0,
            _ if high - low > 1.0 => ((low + self.rng.f64() * (high - low)) * 8.0).round() / 8.0,
            _ => low + self.rng.f64() * (high - low),
        };
        if is_excluded(number) { f64::midpoint(low, high) } else { number }
    }
}

/// Returns the bounds, with others at this distance, or around zero, for those that are missing.
fn or_near(low: Option<f64>, high: Option<f64>, distance: f64) -> (f64, f64) {
    match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + distance),
        (None, Some(high)) => (high - distance, high),
        (None, None) => (-distance, distance),
    }
}

/// Returns the greatest integer that is not above the number.
fn exact(number: &Value) -> Option<i128> {
    let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    #[allow(clippy::cast_possible_truncation, reason = "saturates beyond 128 bits")]
    integer.or_else(|| number.as_f64().map(|float| float.floor() as i128))
}

/// Returns the least integer that is not below the number.
fn exact_ceiling(number: &Value) -> Option<i128> {
    let has_fraction = number.as_f64().is_some_and(|float| float.fract() != 0.0);
    exact(number).map(|floor| floor + i128::from(has_fraction))
}
