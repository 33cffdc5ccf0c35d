// Each function of assembly/math over an array, for scripts/ulp.mjs; no part of the core.

import { exp } from '../../../assembly/math/exp'
import { expm1 } from '../../../assembly/math/expm1'
import { log } from '../../../assembly/math/log'
import { log1p } from '../../../assembly/math/log1p'
import { sigmoid } from '../../../assembly/math/sigmoid'
import { cosTurns, sinTurns } from '../../../assembly/math/sincos'
import { softplus } from '../../../assembly/math/softplus'
import { tanh } from '../../../assembly/math/tanh'

export function exp_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, exp<f32>(v128.load(source)))
}

export function exp_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, exp<f64>(v128.load(source)))
}

export function expm1_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, expm1<f32>(v128.load(source)))
}

export function expm1_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, expm1<f64>(v128.load(source)))
}

export function log_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, log<f32>(v128.load(source)))
}

export function log_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, log<f64>(v128.load(source)))
}

export function log1p_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, log1p<f32>(v128.load(source)))
}

export function log1p_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, log1p<f64>(v128.load(source)))
}

export function sigmoid_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, sigmoid<f32>(v128.load(source)))
}

export function sigmoid_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, sigmoid<f64>(v128.load(source)))
}

export function cosTurns_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, cosTurns<f32>(v128.load(source)))
}

export function cosTurns_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, cosTurns<f64>(v128.load(source)))
}

export function sinTurns_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, sinTurns<f32>(v128.load(source)))
}

export function sinTurns_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, sinTurns<f64>(v128.load(source)))
}

export function softplus_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, softplus<f32>(v128.load(source)))
}

export function softplus_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, softplus<f64>(v128.load(source)))
}

export function tanh_f32(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, tanh<f32>(v128.load(source)))
}

export function tanh_f64(source: usize, target: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += 16, target += 16) v128.store(target, tanh<f64>(v128.load(source)))
}
