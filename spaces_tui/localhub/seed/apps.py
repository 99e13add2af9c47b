"""Source files of the demonstration's Spaces, short but whole."""

from __future__ import annotations

from typing import Final

WHISPER: Final = '''\
"""Live transcription with faster-whisper."""

import gradio as gr
from faster_whisper import WhisperModel

model = WhisperModel("large-v3", device="cuda", compute_type="float16")


def transcribe(audio):
    segments, info = model.transcribe(audio, vad_filter=True)
    text = " ".join(segment.text.strip() for segment in segments)
    return text, f"{info.language} ({info.language_probability:.2f})"


with gr.Blocks(title="Whisper live") as demo:
    audio = gr.Audio(sources=["microphone", "upload"], type="filepath")
    text, language = gr.Textbox(label="Text"), gr.Textbox(label="Language")
    audio.change(transcribe, audio, [text, language])

demo.queue(max_size=20).launch()
'''

DIFFUSION: Final = """\
import gradio as gr
import spaces
import torch
from diffusers import DiffusionPipeline

pipe = DiffusionPipeline.from_pretrained("acme/small-diffusion", torch_dtype=torch.bfloat16)
pipe.to("cuda")


@spaces.GPU(duration=45)
def generate(prompt, steps=28):
    return pipe(prompt, num_inference_steps=int(steps)).images[0]


gr.Interface(generate, ["text", gr.Slider(4, 50, 28)], "image").launch()
"""

RAG: Final = """\
import gradio as gr
from sentence_transformers import SentenceTransformer
from transformers import pipeline

retriever = SentenceTransformer("all-MiniLM-L6-v2")
generator = pipeline("text-generation", model="acme/tiny-instruct")


def answer(message, history):
    return generator(message, max_new_tokens=256)[0]["generated_text"]


gr.ChatInterface(answer).launch()
"""

CHAT: Final = """\
import gradio as gr
from transformers import pipeline

chat = pipeline("text-generation", model="acme/tiny-instruct", device_map="auto")


def reply(message, history):
    return chat(message, max_new_tokens=200)[0]["generated_text"]


gr.ChatInterface(reply, title="Old chat").launch()
"""

CAPTIONER: Final = """\
import gradio as gr
import torch
from transformers import AutoModelForVision2Seq, AutoProcessor

MODEL = "acme/video-captioner-7b"
processor = AutoProcessor.from_pretrained(MODEL)
model = AutoModelForVision2Seq.from_pretrained(MODEL, torch_dtype=torch.float16).to("cuda")


def caption(video):
    inputs = processor(videos=video, return_tensors="pt").to("cuda")
    return processor.decode(model.generate(**inputs, max_new_tokens=80)[0])


gr.Interface(caption, gr.Video(), "text").launch()
"""

LEADERBOARD: Final = """\
import gradio as gr
import pandas as pd

table = pd.read_csv("results.csv").sort_values("score", ascending=False)

with gr.Blocks() as demo:
    gr.Markdown("# Leaderboard")
    gr.Dataframe(table)

demo.launch()
"""

RESULTS: Final = """\
model,score,seconds
acme/large-instruct,71.4,312
acme/medium-instruct,64.9,140
northwind/forecast-2,61.0,88
acme/tiny-instruct,48.2,41
"""

DOCKERFILE: Final = """\
FROM python:3.12-slim
RUN useradd -m -u 1000 user
USER user
WORKDIR /app
COPY --chown=user requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=user . /app
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "7860"]
"""

SERVICE: Final = """\
from fastapi import FastAPI

app = FastAPI(title="Service")


@app.get("/")
def root():
    return {"status": "ok"}


@app.post("/predict")
def predict(body: dict):
    return {"result": sorted(body)}
"""

TRAINER: Final = """\
import gradio as gr
from trl import SFTTrainer


def train(dataset, epochs):
    trainer = SFTTrainer(model="acme/tiny-instruct", train_dataset=dataset)
    trainer.train()
    return "done"


gr.Interface(train, ["text", gr.Slider(1, 5, 1)], "text").launch()
"""

PORTFOLIO: Final = """\
<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Ada Byron</title>
  <link rel="stylesheet" href="style.css">
  <h1>Ada Byron</h1>
  <p>Notes on the analytical engine, and a few Spaces.</p>
</html>
"""

STYLE: Final = "body { font: 18px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; }\n"
