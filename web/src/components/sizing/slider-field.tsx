"use client";

import { useId } from "react";

import { useFormats } from "@/format/formats";

import { type Slider, sliderWords } from "./sliders";
import classes from "./sizing.module.css";

/** A slider with its name and where it stands; keys move it by a step, and it says its value in words. */
export function SliderField({
  slider,
  position,
  onMove,
}: {
  slider: Slider;
  position: number;
  onMove: (position: number) => void;
}) {
  const formats = useFormats();
  const id = useId();
  const words = sliderWords(slider, position, formats);
  return (
    <div className={classes.field}>
      <div className={classes.head}>
        <label htmlFor={id}>{slider.label}</label>
        <output htmlFor={id}>{words}</output>
      </div>
      <input
        id={id}
        className={classes.range}
        type="range"
        min={slider.least}
        max={slider.most}
        step={slider.step}
        value={position}
        aria-valuetext={words}
        onChange={({ currentTarget }) => onMove(Number(currentTarget.value))}
      />
    </div>
  );
}

/** Sliders side by side, or below each other on a phone. */
export function SliderFields({
  label,
  sliders,
  positions,
  onMove,
}: {
  label: string;
  sliders: readonly Slider[];
  positions: Readonly<Record<string, number>>;
  onMove: (name: string, position: number) => void;
}) {
  return (
    <div role="group" aria-label={label} className={classes.fields}>
      {sliders.map((slider) => (
        <SliderField
          key={slider.name}
          slider={slider}
          position={positions[slider.name] ?? slider.start}
          onMove={(position) => onMove(slider.name, position)}
        />
      ))}
    </div>
  );
}
