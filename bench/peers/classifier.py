"""A fine-tuning step of ResNet-50, a head on cached features, or all metrics with bootstrap intervals, by PyTorch and scikit-learn."""
import json
import os
import sys
import time
import warnings

arguments = json.loads(sys.argv[1])
if arguments.get("work") not in ("resnet50", "head", "metrics"):
    sys.exit(f"no peer for {arguments.get('work')}")
threads = int(arguments.get("threads", 1))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)


def resnet50():
    import torch
    from torch import nn

    torch.set_num_threads(threads)

    class Bottleneck(nn.Module):
        def __init__(self, inputs, width, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
            self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
            self.conv3, self.bn3 = nn.Conv2d(width, width * 4, 1, bias=False), nn.BatchNorm2d(width * 4)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = None
            if stride == 2 or inputs != width * 4:
                self.downsample = nn.Sequential(nn.Conv2d(inputs, width * 4, 1, stride, bias=False), nn.BatchNorm2d(width * 4))

        def forward(self, x):
            y = self.relu(self.bn1(self.conv1(x)))
            y = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(y)))))
            return self.relu(y + (x if self.downsample is None else self.downsample(x)))

    layers, inputs = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)], 64
    for stage, depth in enumerate((3, 4, 6, 3)):
        for i in range(depth):
            layers.append(Bottleneck(inputs, 64 * 2**stage, 2 if stage and not i else 1))
            inputs = 256 * 2**stage
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    size, batch = arguments["size"], arguments["batch"]
    images, labels = torch.rand(batch, 3, size, size), torch.arange(batch) % 2

    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, torch.__version__, 1


def head():
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    count, dimension, classes, epochs = (arguments[name] for name in ("count", "dimension", "classes", "epochs"))
    features, labels = torch.rand(count, dimension), torch.arange(count) % classes

    def train():
        layer = nn.Linear(dimension, classes)
        optimizer = torch.optim.AdamW(layer.parameters(), lr=1e-3, weight_decay=0.01)
        for _ in range(epochs):
            order = torch.randperm(count)
            for start in range(0, count, 32):
                rows = order[start : start + 32]
                optimizer.zero_grad()
                nn.functional.cross_entropy(layer(features[rows]), labels[rows]).backward()
                optimizer.step()

    return train, torch.__version__, 1


def metrics():
    import numpy as np
    import sklearn
    from sklearn import metrics as m

    warnings.simplefilter("ignore")
    count, classes, resamples = (arguments[name] for name in ("count", "classes", "resamples"))
    timed = min(resamples, 20)  # its time is proportional to the resamples
    rng = np.random.default_rng(0)
    labels = rng.integers(classes, size=count)
    probabilities = rng.random((count, classes)) + (np.eye(classes)[labels] * 0.5)
    probabilities /= probabilities.sum(1, keepdims=True)

    def scores(y, p):
        said, one_hot = p.argmax(1), np.eye(classes)[y]
        m.confusion_matrix(y, said)
        m.accuracy_score(y, said)
        m.balanced_accuracy_score(y, said)
        for average in (None, "macro", "weighted", "micro"):
            m.precision_recall_fscore_support(y, said, average=average)
        m.cohen_kappa_score(y, said)
        m.matthews_corrcoef(y, said)
        m.log_loss(y, p)
        ((p - one_hot) ** 2).sum(1).mean()
        m.roc_auc_score(y, p, multi_class="ovo")
        for k in range(classes):
            false, true, _ = m.roc_curve(one_hot[:, k], p[:, k])
            m.auc(false, true)
            true[false <= 0.1].max()
            m.average_precision_score(one_hot[:, k], p[:, k])
        bins = np.digitize(p.max(1), np.linspace(0, 1, 16)[1:-1])
        for b in range(15):
            (said == y)[bins == b].mean(), p.max(1)[bins == b].mean()

    def bootstrap():
        for _ in range(timed):
            rows = rng.integers(count, size=count)
            scores(labels[rows], probabilities[rows])

    return bootstrap, sklearn.__version__, resamples / timed


work, version, factor = {"resnet50": resnet50, "head": head, "metrics": metrics}[arguments["work"]]()
if factor == 1:
    work()
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < (3 if factor == 1 else 1) or (factor == 1 and time.perf_counter() - wall < 2):
    work()
    runs += 1
print(
    json.dumps(
        {
            "version": version,
            "cpuMs": (time.process_time() - cpu) * 1000 * factor / runs,
            "wallMs": (time.perf_counter() - wall) * 1000 * factor / runs,
        }
    )
)
