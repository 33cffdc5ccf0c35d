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
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, exp<f32>(v128.load(source + i)))
}

export function exp_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, exp<f64>(v128.load(source + i)))
}

export function expm1_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, expm1<f32>(v128.load(source + i)))
}

export function expm1_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, expm1<f64>(v128.load(source + i)))
}

export function log_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, log<f32>(v128.load(source + i)))
}

export function log_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, log<f64>(v128.load(source + i)))
}

export function log1p_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, log1p<f32>(v128.load(source + i)))
}

export function log1p_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, log1p<f64>(v128.load(source + i)))
}

export function sigmoid_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, sigmoid<f32>(v128.load(source + i)))
}

export function sigmoid_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, sigmoid<f64>(v128.load(source + i)))
}

export function cosTurns_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, cosTurns<f32>(v128.load(source + i)))
}

export function cosTurns_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, cosTurns<f64>(v128.load(source + i)))
}

export function sinTurns_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, sinTurns<f32>(v128.load(source + i)))
}

export function sinTurns_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, sinTurns<f64>(v128.load(source + i)))
}

export function softplus_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, softplus<f32>(v128.load(source + i)))
}

export function softplus_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, softplus<f64>(v128.load(source + i)))
}

export function tanh_f32(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, tanh<f32>(v128.load(source + i)))
}

export function tanh_f64(source: usize, target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, tanh<f64>(v128.load(source + i)))
}
